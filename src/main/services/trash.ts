import { quoted } from '../../shared/error-texts.ts'
import { AppError } from '../domain/errors.ts'
import type { Core } from './core.ts'
import { describeEntry } from './account-words.ts'
import type { Implementer } from './implementer.ts'
import { itemError } from './item-error.ts'
import { trashEntryOf } from './present.ts'

export function trashService(os: Implementer['trash'], core: Core) {
  const { library, ports } = core

  /** One at a time: two entries may want the same place. */
  async function each(ids: readonly string[], run: (id: string) => Promise<string | null>) {
    const results: { id: string; path: string | null; error: { code: string; message: string } | null }[] = []
    for (const id of ids) {
      try {
        results.push({ id, path: await run(id), error: null })
      } catch (error) {
        results.push({ id, path: null, error: itemError(error, ports.log) })
      }
    }
    return results
  }

  function recordOf(id: string) {
    const record = library.trash.list().find((entry) => entry.id === id)
    if (!record) throw new AppError('session.not-found', {})
    return record
  }

  return {
    list: os.list.handler(async () => library.trash.list().map(trashEntryOf)),
    restore: os.restore.handler(({ input }) =>
      each(input.ids, async (id) => {
        const record = recordOf(id)
        const { path, ref } = await library.trash.restore(id)
        if (ref) await library.refresh(ref.sourceId, [ref.key])
        library.audit.add({
          action: 'restored',
          text: `Restored ${describeEntry(record)}${path === null ? '' : ` to ${quoted(path)}`}`,
          ref,
          keyId: record.summary.keyId,
        })
        return path
      }),
    ),
    purge: os.purge.handler(({ input }) =>
      each(input.ids, async (id) => {
        const record = recordOf(id)
        await library.trash.purge(id)
        library.audit.add({
          action: 'purged',
          text: `Deleted ${describeEntry(record)} for good; the login stays valid at Telegram`,
          ref: null,
          keyId: record.summary.keyId,
        })
        return null
      }),
    ),
  }
}
