import { AppError } from '../domain/errors.ts'
import { MEMORY_ID, type Ref } from '../sources/interfaces.ts'
import { describeEntry } from './account-words.ts'
import type { Core } from './core.ts'
import { itemError } from './item-error.ts'
import { nameOf } from './present.ts'
import { ensureSealing } from './protected.ts'

export interface DeleteResult {
  ref: Ref
  name: string
  trashId: string | null
  error: { code: string; message: string } | null
}

/**
 * Moves sessions to the trash, one after the other, with a result for each. Cancelling leaves the rest where it is.
 * @throws AppError protection.required when nothing could be kept in the trash yet
 */
export async function deleteSessions(core: Core, refs: readonly Ref[], signal?: AbortSignal): Promise<DeleteResult[]> {
  const { library } = core
  if (refs.some(({ sourceId }) => sourceId !== MEMORY_ID)) await ensureSealing(library.protection)
  const job = core.jobs.start(
    'delete',
    `Deleting ${refs.length} ${refs.length === 1 ? 'session' : 'sessions'}`,
    refs.length,
    signal,
  )
  const results: DeleteResult[] = []
  try {
    for (const ref of refs) {
      if (job.signal.aborted) break
      const result = await deleteOne(core, ref)
      results.push(result)
      job.step(result.error ? 'failed' : undefined)
    }
    return results
  } finally {
    job.end()
  }
}

/** Moves one session to the trash; `login` is what the audit log says of its login. */
export async function deleteOne(
  { library, ports }: Core,
  ref: Ref,
  login = 'the login stays valid at Telegram',
): Promise<DeleteResult> {
  let name = ref.key
  try {
    const entry = library.catalog.get(ref)
    name = nameOf(entry)
    const store = library.store(ref.sourceId)
    const source = library.sources().find(({ id }) => id === ref.sourceId)
    if (source?.store?.readOnly) throw new AppError('source.read-only', { file: source.name, guarded: true })
    if (!store.delete)
      throw new AppError('request.unsupported', { reason: 'sessions of this source cannot be deleted' })
    const trashId = await store.delete(ref.key)
    library.audit.add({
      action: 'deleted',
      text: `Moved ${describeEntry(entry)} to the trash; ${login}`,
      ref,
      keyId: entry.summary.keyId,
    })
    return { ref, name, trashId, error: null }
  } catch (error) {
    return { ref, name, trashId: null, error: itemError(error, ports.log) }
  }
}
