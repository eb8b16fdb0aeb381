import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Packages and programs of the libraries stay here from one run to the next. */
export const CACHE = new URL('../../../node_modules/.cache/interop/', import.meta.url).pathname

/** What stands in the way of a library, for the reason of a skip: "go is not installed". */
export class Unavailable extends Error {}

export interface RunOptions {
  readonly cwd?: string
  /** Added to the environment: the place for passcodes. Secrets are never arguments. */
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

/** Runs a program and gives what it printed. Throws with the end of its error output when it fails. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? 60_000,
  })
  const printed: Buffer[] = []
  const complaints: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Unavailable(`${command} is not installed`) : error),
    )
    child.on('close', resolve)
  })
  if (code === 0) return Buffer.concat(printed).toString()
  throw new Error(`${command} ended with ${code}: ${Buffer.concat(complaints).toString().trim().slice(-600)}`)
}

/**
 * Makes something once and keeps it in a folder of the cache, named after what it is made from; half a folder is made
 * anew. @throws Unavailable with the reason when it cannot be made
 */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(CACHE, name)
  const mark = join(folder, '.complete')
  if (existsSync(mark)) return folder
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  try {
    await make(folder)
  } catch (error) {
    if (error instanceof Unavailable) throw error
    throw new Unavailable(error instanceof Error ? error.message : String(error))
  }
  writeFileSync(mark, '')
  return folder
}

/** What was made, or the reason why not, which is printed too: a skipped test says nothing by itself. */
export async function attempt<T>(
  make: () => Promise<T>,
): Promise<{ readonly value: T | null; readonly reason: string }> {
  try {
    return { value: await make(), reason: '' }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    process.stderr.write(`skipped: ${error.message}\n`)
    return { value: null, reason: error.message }
  }
}

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'session-deck-interop-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
