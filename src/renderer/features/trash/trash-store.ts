import { create } from 'zustand'
import type { TrashEntry } from '../../../shared/contract/trash.ts'
import { askedForPassphrase, askedForPassphraseBy } from '../../app/protected-call.ts'
import { api } from '../../lib/client.ts'
import { plural } from '../../lib/numbers.ts'
import { toast, toastError } from '../../ui/toast.tsx'

interface TrashState {
  /** null until loaded */
  entries: readonly TrashEntry[] | null
  error: unknown
  /** Ids under way. */
  busy: ReadonlySet<string>
}

/** What lies in the trash, newest first. */
export const useTrash = create<TrashState>()(() => ({ entries: null, error: null, busy: new Set() }))

export async function loadTrash(): Promise<void> {
  try {
    useTrash.setState({ entries: await api().trash.list(), error: null })
  } catch (error) {
    useTrash.setState({ error })
  }
}

/** Puts entries back to where they came from. */
export async function restore(ids: readonly string[]): Promise<void> {
  await each(ids, 'restore', 'Restored', () => void restore(ids))
}

/** Deletes entries for good. */
export async function purge(ids: readonly string[]): Promise<void> {
  await each(ids, 'purge', 'Deleted for good:', () => void purge(ids))
}

async function each(ids: readonly string[], call: 'restore' | 'purge', verb: string, again: () => void) {
  useTrash.setState(({ busy }) => ({ busy: new Set([...busy, ...ids]) }))
  try {
    const results = await api().trash[call]({ ids: [...ids] })
    const failed = results.flatMap(({ error }) => (error === null ? [] : [error]))
    const [first] = failed
    const done = results.length - failed.length
    if (done > 0) toast({ message: `${verb} ${plural(done, 'session')}.` })
    if (first !== undefined && !askedForPassphraseBy(first.code, again)) {
      const more = failed.length > 1 ? ` The same or similar for ${plural(failed.length - 1, 'other', 'others')}.` : ''
      toast({
        title: call === 'restore' ? 'Not restored' : 'Not deleted',
        message: first.message + more,
        kind: 'error',
      })
    }
  } catch (error) {
    if (!askedForPassphrase(error, again)) toastError(error)
  } finally {
    useTrash.setState(({ busy }) => ({ busy: new Set([...busy].filter((id) => !ids.includes(id))) }))
    await loadTrash()
  }
}
