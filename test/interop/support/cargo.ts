import { join } from 'node:path'
import { run, Unavailable } from './run.ts'

const RUST = new URL('../rust/', import.meta.url).pathname
const CACHE = new URL('../../../node_modules/.cache/interop/', import.meta.url).pathname

/**
 * Builds `rust/<name>` and answers a function that runs its program. The first build takes minutes.
 * @throws Unavailable without Rust or the packages
 */
export async function cargoProgram(name: string): Promise<(...args: readonly string[]) => Promise<string>> {
  const target = process.env['CARGO_TARGET_DIR'] ?? join(CACHE, name)
  try {
    await run('cargo', ['build', '--locked', '--quiet'], {
      cwd: join(RUST, name),
      env: { CARGO_TARGET_DIR: target },
      timeoutMs: 900_000,
    })
  } catch (error) {
    // Without its packages the program cannot be made: no fault of ours. A program that does not compile is one.
    if (error instanceof Error && /download|index|network|resolve host/i.test(error.message)) {
      throw new Unavailable(error.message)
    }
    throw error
  }
  return (...args) => run(join(target, `debug/${name}-interop`), args)
}
