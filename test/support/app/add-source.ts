import type { Library } from '../../../src/main/sources/interfaces.ts'

/**
 * Adds a folder or a file, waits until it was looked at, and answers the source's id. Throws with the reason when that
 * failed: tests would else find no sessions, and not say why.
 */
export async function addSource(library: Library, path: string): Promise<string> {
  const { id } = await library.add(path, null)
  await library.idle()
  const source = library.sources().find((one) => one.id === id)
  if (source?.state !== 'live' || source.problem !== null) {
    throw new Error(`${path} is ${source?.state ?? 'gone'}: ${source?.problem?.message ?? 'no reason'}`)
  }
  return id
}
