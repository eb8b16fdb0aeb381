import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Session } from '../../../src/main/domain/session.ts'
import { tdesktopTdata } from '../../../src/main/formats/tdesktop/tdata.ts'

/** Writes a tdata folder as the app does; no passcode where it is ''. */
export async function writeTdata(folder: string, session: Session, passcode: string): Promise<void> {
  const files = await tdesktopTdata.encode!(session, {
    variant: tdesktopTdata.defaultVariant,
    options: new Map(passcode === '' ? [] : [['passcode', passcode]]),
    nowSeconds: Math.floor(Date.now() / 1000),
    name: 'tdata',
  })
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}
