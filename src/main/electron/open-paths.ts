import { resolve } from 'node:path'

/** What the app was started with. */
export interface LaunchArguments {
  readonly demo: boolean
  /** Folder for the app's own data instead of Electron's usual one. */
  readonly root: string | null
  /** Files and folders to open, absolute. */
  readonly paths: readonly string[]
}

/**
 * Reads the arguments of an Electron process. Flags of Chromium's own are among them, so unknown ones are passed over
 * and a value has to be joined to its flag (`--data=DIR`). Unpackaged, the first plain argument is the app itself.
 */
export function parseLaunchArguments(
  argv: readonly string[],
  isPackaged: boolean,
  workingFolder: string,
): LaunchArguments {
  const given = argv.slice(1)
  const root = given.find((argument) => argument.startsWith('--data='))?.slice('--data='.length)
  const plain = given.filter((argument) => argument !== '' && !argument.startsWith('-'))
  return {
    demo: given.includes('--demo'),
    root: root ? resolve(workingFolder, root) : null,
    paths: plain.slice(isPackaged ? 0 : 1).map((path) => resolve(workingFolder, path)),
  }
}

/** The paths that a second start handed over; anything else is left out. */
export function readHandedOver(data: unknown): string[] {
  const paths = (data as { paths?: unknown } | null)?.paths
  return Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : []
}
