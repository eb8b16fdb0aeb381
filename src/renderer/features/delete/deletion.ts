import type { Ref } from '../../../shared/contract/common.ts'
import type { SessionRow } from '../../../shared/contract/sessions.ts'
import type { Source } from '../../../shared/contract/sources.ts'
import { useRows } from '../../app/rows.ts'
import { NO_FILTERS } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { isStore, type StoreSource } from '../../lib/store-kinds.ts'
import { toast, toastError } from '../../ui/toast.tsx'

/** How many sessions the dialog names; the others are counted. */
export const NAMED = 4

/** The first few rows of what is to be deleted: from the list where it has them, else asked for. */
export async function firstRows(refs: readonly Ref[]): Promise<readonly SessionRow[]> {
  const loaded = new Map([...useRows.getState().pages.values()].flat().map((row) => [refKey(row.ref), row]))
  const rows = await Promise.all(
    refs.slice(0, NAMED).map(async (ref) => {
      const known = loaded.get(refKey(ref))
      // One that cannot be read has no detail, and can be deleted all the same.
      return (
        known ??
        api()
          .sessions.get({ ref })
          .then(({ row }) => row)
          .catch(() => null)
      )
    }),
  )
  return rows.filter((row) => row !== null)
}

/** Those of the sessions that another program holds open (the first 500 in use are looked at). */
export async function namesInUse(refs: readonly Ref[]): Promise<readonly string[]> {
  const wanted = new Set(refs.map(refKey))
  const { rows } = await api().sessions.list({
    view: { kind: 'all' },
    search: '',
    filters: { ...NO_FILTERS, inUse: true },
    sort: { column: 'name', direction: 'asc' },
    offset: 0,
    limit: 500,
  })
  return rows.filter(({ ref }) => wanted.has(refKey(ref))).map(({ name }) => name)
}

/** Shared stores that sessions are deleted from. */
export function storesOf(refs: readonly Ref[], sources: readonly Source[]): readonly StoreSource[] {
  const ids = new Set(refs.map(({ sourceId }) => sourceId))
  return sources.filter(isStore).filter(({ id }) => ids.has(id))
}

/** Says what was moved, with a way back for as long as the toast stays. */
export function offerUndo(trashIds: readonly string[], name: string | null): void {
  const what = trashIds.length === 1 && name !== null ? `“${name}”` : plural(trashIds.length, 'session')
  toast({
    message: `Moved ${what} to the trash. ${trashIds.length === 1 ? 'The login stays' : 'The logins stay'} valid.`,
    action: { label: 'Undo', run: () => void undo(trashIds) },
  })
}

async function undo(trashIds: readonly string[]): Promise<void> {
  try {
    const results = await api().trash.restore({ ids: [...trashIds] })
    const failed = results.filter(({ error }) => error !== null)
    const restored = results.length - failed.length
    if (restored > 0) toast({ message: `Restored ${plural(restored, 'session')}.` })
    const [first] = failed
    if (first?.error != null) toast({ title: 'Not restored', message: first.error.message, kind: 'error' })
  } catch (error) {
    toastError(error)
  }
}
