import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Core } from './core.ts'

/** About as many as somebody with many bots has. */
const SESSIONS = 200
const SEED = 20_260_401

/** Makes the sample library in the data folder, once, and adds it as a source. Answers the source's id. */
export async function addSampleLibrary({ library, ports }: Pick<Core, 'library' | 'ports'>): Promise<string> {
  const folder = join(ports.paths.data, 'samples')
  const known = library.sources().find(({ path }) => path === folder)
  if (!existsSync(folder)) {
    // Only wanted here, and large: not part of every start.
    const { writeSampleLibrary } = await import('../samples/write-sample-library.ts')
    await writeSampleLibrary(folder, { sessions: SESSIONS, seed: SEED })
  }
  return (known ?? (await library.add(folder, 'Sample library'))).id
}
