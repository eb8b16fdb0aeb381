import { AppError } from '../domain/errors.ts'
import type { Unlock } from '../formats/format.ts'
import type { Trash, TrashInput } from './interfaces.ts'
import { inSessionFolder, type Place } from './read-place.ts'

/**
 * Moves a session of a folder to the trash: its own files where others share the folder, else all that make it up.
 * Answers the trash id.
 * @throws AppError request.unsupported when the others would go with it, session.not-found, source.*, protection.required
 */
export async function deleteFromFolder(
  place: Place,
  unlock: Unlock,
  trash: Pick<Trash, 'takeFolder'>,
  input: () => Promise<TrashInput>,
): Promise<string> {
  const files = await inSessionFolder(place, async (folder, format) => {
    const own = await format.filesOf?.(folder, place.inner)
    if (own) return own
    if (place.inner !== '' && (await format.list(folder, unlock)).length > 1) {
      const reason = 'this folder holds several sessions, and deleting it would delete them all'
      throw new AppError('request.unsupported', { reason })
    }
    return folder.entries.map(({ path }) => path)
  })
  return trash.takeFolder({ ...(await input()), path: place.path, files })
}
