import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { readSqliteBytes } from '../../../src/main/backends/sqlite.ts'
import { keyIdOf } from '../../../src/main/domain/key-id.ts'
import { Secret } from '../../../src/main/domain/secret.ts'
import { type DataCenter, homeOf, type Session } from '../../../src/main/domain/session.ts'
import type { Decoded } from '../../../src/main/formats/format.ts'
import { formatById } from '../../../src/main/formats/registry.ts'
import { randomSession } from '../../support/formats/random-session.ts'
import { writeContent } from '../../support/formats/media.ts'

/** A session that knows everything about itself, with fresh keys. */
export function drawSession(fits: (session: Session) => boolean = () => true): Session {
  return fc.sample(randomSession.filter(fits), 1)[0]!
}

export function homeWithKey(session: Session): DataCenter & { readonly authKey: Secret } {
  const home = homeOf(session)
  if (home?.authKey == null) throw new Error('the session has no key')
  return { ...home, authKey: home.authKey }
}

export function keyIdOfHome(session: Session): string {
  return keyIdOf(homeWithKey(session).authKey)
}

/** Writes a session as the app does, into one file. */
export async function writeOurs(
  path: string,
  session: Session,
  formatId: string,
  variant?: string,
  values: Readonly<Record<string, string>> = {},
): Promise<void> {
  const format = formatById(formatId)
  const content = await writeContent(format, session, {
    variant: variant ?? format.defaultVariant,
    options: new Map(Object.entries(values)),
    nowSeconds: Math.floor(Date.now() / 1000),
  })
  if (content.medium === 'folder') throw new Error(`${formatId} is a folder`)
  writeFileSync(path, content.medium === 'text' ? content.text : content.bytes)
}

/** Reads what a library wrote, as the app does; for tables the rows can be read in `work` alone. */
export async function readTheirs<T>(
  path: string,
  formatId: string,
  work: (decoded: Decoded) => Promise<T> | T,
  passcode: string | null = null,
): Promise<T> {
  const format = formatById(formatId)
  const bytes = readFileSync(path)
  switch (format.medium) {
    case 'text':
      return work(format.decode(bytes.toString().trim()))
    case 'file':
      return work(
        await format.decode(Uint8Array.from(bytes), { passcode: passcode === null ? null : Secret.fromText(passcode) }),
      )
    case 'tables': {
      const tables = readSqliteBytes(Uint8Array.from(bytes))
      try {
        const [stored] = await format.list(tables)
        if (stored === undefined) throw new Error('there is no session in it')
        return await work(stored.decoded)
      } finally {
        tables.close()
      }
    }
    case 'folder':
      throw new Error(`${formatId} is a folder`)
  }
}
