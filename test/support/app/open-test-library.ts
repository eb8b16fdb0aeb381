import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Library } from '../../../src/main/sources/interfaces.ts'
import { openLibrary } from '../../../src/main/sources/library.ts'
import { libraryPorts } from './library-ports.ts'

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
  const logged: unknown[] = []
  const log = (message: string, details?: unknown): void => void logged.push({ message, details })
  const ports = libraryPorts(root, { log: { info: log, warn: log, error: log } })
  for (const folder of [ports.paths.data, ports.paths.scratch]) mkdirSync(folder, { mode: 0o700 })
  const library = await openLibrary(ports)
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
