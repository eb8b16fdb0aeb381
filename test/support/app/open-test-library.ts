import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Library } from '../../../src/main/sources/interfaces.ts'
import { openLibrary } from '../../../src/main/sources/library.ts'

export interface TestLibrary {
  readonly library: Library
  /** Temporary folder. */
  readonly root: string
  readonly logged: unknown[]
  close(): Promise<void>
}

/** Every source of the app over a fresh data folder, sealed by a keychain that asks nothing. */
export async function openTestLibrary(): Promise<TestLibrary> {
  const root = mkdtempSync(join(tmpdir(), 'library-test-'))
  const paths = { data: join(root, 'data'), scratch: join(root, 'scratch'), home: root, code: join(root, 'none') }
  for (const folder of [paths.data, paths.scratch]) mkdirSync(folder, { mode: 0o700 })
  const logged: unknown[] = []
  const log = (message: string, details?: unknown): void => void logged.push({ message, details })
  const turned = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes).toReversed()
  const library = await openLibrary({
    shell: 'headless',
    version: '0.0.0',
    demo: false,
    paths,
    clock: { now: () => Date.now() },
    randomBytes: (byteLength) => new Uint8Array(randomBytes(byteLength)),
    keychain: { seal: turned, open: turned },
    fileGate: null,
    clipboard: null,
    setContentProtection: () => undefined,
    showInFolder: null,
    transfers: null,
    log: { info: log, warn: log, error: log },
  })
  return {
    library,
    root,
    logged,
    close: async () => {
      await library.close()
      rmSync(root, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
