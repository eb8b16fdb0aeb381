import { copyFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { cached, run, type RunOptions, Unavailable } from './run.ts'

export interface NodePackages {
  /** Of the folder in the cache: the packages and their version. */
  readonly name: string
  /** As npm takes them ("telegram@2.26.22"). */
  readonly packages: readonly string[]
  /** The program beside whose packages it runs, below `test/interop`. */
  readonly script: string
  /** Why npm fails, where there is one likely reason. */
  readonly obstacle?: string
}

/** Runs the program and gives what it printed. */
export type NodeProgram = <T>(args: readonly string[], options?: RunOptions) => Promise<T>

/**
 * Installs packages of npm into a folder of their own, once. Nothing in them is compiled or started by that.
 * @throws Unavailable when they cannot be had
 */
export async function nodeProgram({ name, packages, script, obstacle }: NodePackages): Promise<NodeProgram> {
  const source = new URL(`../${script}`, import.meta.url).pathname
  const folder = await cached(name, async (into) => {
    // Without it npm looks for a project further up.
    writeFileSync(join(into, 'package.json'), '{ "private": true }')
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
      cwd: into,
      timeoutMs: 300_000,
    }).catch((error: unknown) => {
      throw obstacle === undefined ? error : new Unavailable(obstacle)
    })
  })
  return async <T>(args: readonly string[], options: RunOptions = {}) => {
    const path = join(folder, basename(source))
    copyFileSync(source, path)
    return JSON.parse(await run(process.execPath, [path, ...args], { cwd: folder, ...options })) as T
  }
}
