import { rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Transfers } from '../ports.ts'
import { fileNameFrom } from '../sources/file-keys.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import { makeFolder } from '../sources/user-files.ts'

/**
 * Puts uploaded files into a private folder of their own, under their own names, so that a database and its `-wal` find
 * each other. Files of a folder that was handed over as a whole come with their way (`tdata/key_datas`): the folder is
 * built again. Answers the folders and the main files; `dispose` removes all.
 * @throws AppError request.expired when an upload is no longer there
 */
export async function stageUploads(
  transfers: Transfers,
  scratch: string,
  uploadIds: readonly string[],
): Promise<{ paths: string[]; dispose: () => void }> {
  const folder = join(uploadsIn(scratch), crypto.randomUUID())
  // Not later: quitting does not wait for what was only begun.
  const dispose = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  try {
    const paths = new Set<string>()
    for (const id of uploadIds) {
      const upload = transfers.take(id)
      if (!upload) throw new AppError('request.expired', {})
      const parts = upload.name.split(/[\\/]/).filter((part) => !/^\.{0,2}$/.test(part))
      const [top, ...below] = parts.length > 1 ? parts.map(partOfPath) : [fileNameFrom(upload.name)]
      const name = below.pop()
      const place = name === undefined ? folder : join(folder, top ?? '', ...below)
      await makeFolder(place)
      const path = await writeApart(place, name ?? top ?? 'session', upload.bytes)
      paths.add(name === undefined ? path : join(folder, top ?? ''))
    }
    const companion = /-(wal|shm|journal)$/
    return {
      paths: [...paths].filter((path) => !(companion.test(path) && paths.has(path.replace(companion, '')))),
      dispose,
    }
  } catch (error) {
    dispose()
    throw error
  }
}

/** Names in a folder mean something to what reads it: only what no name may hold is taken out. */
function partOfPath(part: string): string {
  const plain = process.platform === 'win32' ? part.replaceAll(/[<>:"|?*]/g, '_') : part
  return plain.replaceAll(/\p{Cc}/gu, '_').slice(0, 200)
}

function uploadsIn(scratch: string): string {
  return join(scratch, 'uploads')
}

/** A failure about an uploaded file speaks of the file by its own name: where it lies meanwhile says nothing to anybody. */
export function underOwnName(error: unknown, scratch: string): unknown {
  if (!isAppError(error) || !('file' in error.details)) return error
  const { file } = error.details
  if (!file?.startsWith(uploadsIn(scratch) + sep)) return error
  return new AppError(error.code, { ...error.details, file: basename(file) }, { cause: error })
}

/** The same for what a summary says of itself. */
export function ownNamesIn(summary: SessionSummary, scratch: string): SessionSummary {
  const start = uploadsIn(scratch) + sep
  if (!summary.path?.startsWith(start)) return summary
  // The name of the upload's own folder is as long as any: a random id.
  const folder = summary.path.slice(0, start.length + crypto.randomUUID().length + 1)
  const problems = summary.problems.map(({ code, message }) => ({ code, message: message.replaceAll(folder, '') }))
  return { ...summary, problems }
}

/** Two uploads of one name lie in folders of their own. */
async function writeApart(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  for (let count = 1; ; count += 1) {
    const place = count === 1 ? folder : join(folder, `${basename(folder)} ${count}`)
    await makeFolder(place)
    try {
      const path = join(place, name)
      await writeFile(path, bytes, { flag: 'wx', mode: 0o600 })
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
