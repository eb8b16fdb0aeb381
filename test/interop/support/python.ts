import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached, run, Unavailable } from './run.ts'

const SOURCE = new URL('../python/', import.meta.url).pathname
const PYTHON = 'python3'

/** Runs one of the scripts in `test/interop/python` with one library and gives what it printed. */
export type PythonScript = <T>(
  script: string,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
) => Promise<T>

/**
 * Installs a requirement of `requirements.txt` ("telethon==1.45.0") into a folder of its own, once. Several on one line
 * belong together.
 * @throws Unavailable without Python, or when the package cannot be had
 */
export async function pythonLibrary(requirement: string): Promise<PythonScript> {
  const pinned = readFileSync(join(SOURCE, 'requirements.txt'), 'utf8').split('\n')
  if (!pinned.includes(requirement)) throw new Error(`${requirement} is not in requirements.txt`)
  const printed = await run(PYTHON, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']).catch((error) => {
    throw error instanceof Unavailable ? error : new Unavailable(`Python does not start: ${lastLine(error)}`)
  })
  const version = printed.trim()
  const folder = await cached(`python-${version}-${requirement.replaceAll(/==| /g, '-')}`, async (into) => {
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-warn-conflicts', '--root-user-action=ignore']
    await run(PYTHON, ['-m', 'pip', 'install', ...quiet, '--target', into, ...requirement.split(' ')], {
      timeoutMs: 600_000,
    }).catch((error: unknown) => {
      throw new Unavailable(`${requirement} cannot be installed: ${lastLine(error)}`)
    })
  })
  return async <T>(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const path = { PYTHONPATH: [folder, SOURCE].join(':'), PYTHONDONTWRITEBYTECODE: '1' }
    return JSON.parse(await run(PYTHON, [join(SOURCE, script), ...args], { env: { ...path, ...env } })) as T
  }
}

function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n').at(-1) ?? ''
}
