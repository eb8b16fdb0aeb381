import { join } from 'node:path'
import { CACHE, run, Unavailable } from './run.ts'

const RUST = new URL('../rust/', import.meta.url).pathname

/** The registry is out of reach, Rust is too old, too slow or without a linker. */
const OBSTACLES =
  /download|index|network|resolve host|timed out|spurious|edition|ended with null|lock file version|requires rustc|linker .* not found/i

/** Without packages and tools the program cannot be made: no fault of ours. One that does not compile is. */
function unavailableOr(error: unknown): unknown {
  return error instanceof Error && OBSTACLES.test(error.message) ? new Unavailable(error.message) : error
}

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
    throw unavailableOr(error)
  }
  return (...args) => run(join(target, `debug/${name}-interop`), args)
}
