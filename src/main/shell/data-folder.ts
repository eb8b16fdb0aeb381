import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Paths } from '../ports.ts'

/** The app's folders. `root` is what Electron calls userData: the same folder, whichever shell opens it. */
export interface DataFolder {
  readonly root: string
  readonly logFile: string
  readonly paths: Paths
  /** Removes everything when the folder was made for one run. */
  discard(): void
}

/** Where Electron puts `userData` for this program, found without Electron. */
export function defaultRoot(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  const name = 'Session Deck'
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', name)
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), name)
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), name)
}

/** A folder for one run: nothing of it stays. */
export function temporaryRoot(): string {
  return mkdtempSync(join(tmpdir(), 'session-deck-'))
}

/** Makes the folders (0700). `code` is the folder of the built main files. */
export function openDataFolder(root: string, code: string, temporary: boolean): DataFolder {
  const paths = { data: join(root, 'data'), scratch: join(root, 'scratch'), home: homedir(), code }
  const logs = join(root, 'logs')
  for (const folder of [root, paths.data, paths.scratch, logs]) makePrivate(folder)
  return {
    root,
    logFile: join(logs, 'session-deck.jsonl'),
    paths,
    discard: () => {
      if (temporary) rmSync(root, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Snapshots of a run that ended badly. Call only while holding the lock of the folder. */
export function emptyScratch(folder: DataFolder): void {
  rmSync(folder.paths.scratch, { recursive: true, force: true, maxRetries: 3 })
  makePrivate(folder.paths.scratch)
}

function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // `mode` is for new folders alone; on Windows the profile folder is private already.
  if (process.platform !== 'win32') chmodSync(folder, 0o700)
}
