import { createStore, type StoreApi } from 'zustand'
import type { Target } from '../../../shared/contract/exports.ts'
import type { ImportEvent, ImportItem, Staged } from '../../../shared/contract/imports.ts'
import { isAborted } from '../../api/errors.ts'
import { type Upload, uploadFile } from '../../api/files.ts'
import { askedForPassphrase, askedForPassphraseBy } from '../../app/protected-call.ts'
import { api } from '../../lib/client.ts'
import { type Destination, isBuiltIn, VAULT } from '../../lib/destination.ts'

export type ItemResult = Extract<ImportEvent, { type: 'item' }>

export interface ImportState {
  phase: 'gather' | 'review' | 'writing' | 'done'
  /** Names what was staged; the text itself stays with the main process. */
  ticket: string | null
  items: readonly ImportItem[]
  /** Files or lines looked at that are not sessions. */
  ignored: number
  /** What `ignored` counts. */
  unit: 'file' | 'line'
  included: ReadonlySet<string>
  /** Names the person typed, by item. */
  names: ReadonlyMap<string, string>
  destination: Destination
  /** null keeps each session's own format. */
  target: Target | null
  values: Readonly<Record<string, string>>
  results: ReadonlyMap<string, ItemResult>
  /** What is under way, for the status line. */
  busy: string | null
  error: unknown
}

export interface ImportActions {
  stageText: (text: string) => void
  stagePaths: (paths: readonly string[]) => void
  stageFiles: (files: readonly Upload[]) => void
  choose: (itemId: string, formatId: string) => void
  /** Opens a locked item. @throws what the call throws: a wrong passcode is told beside the field */
  unlock: (itemId: string, passcode: string) => Promise<void>
  include: (itemId: string, on: boolean) => void
  includeAll: (on: boolean) => void
  rename: (itemId: string, name: string) => void
  change: (change: Partial<Pick<ImportState, 'destination' | 'target' | 'values'>>) => void
  commit: () => void
  /** Stops writing; what is written stays. */
  cancel: () => void
  /** Back to the start; what was staged is forgotten. */
  startOver: () => void
}

const fresh: ImportState = {
  phase: 'gather',
  ticket: null,
  items: [],
  ignored: 0,
  unit: 'file',
  included: new Set(),
  names: new Map(),
  destination: VAULT,
  target: null,
  values: {},
  results: new Map(),
  busy: null,
  error: null,
}

/** An import from what was pasted or picked to a result for each session. One per dialog. */
export function createImport(): StoreApi<ImportState & ImportActions> {
  let writing: AbortController | null = null
  return createStore<ImportState & ImportActions>()((set, get) => {
    /** `stage` is called again after a passphrase was set or typed, so it must hold no text (see `stageText`). */
    async function take(busy: string, stage: () => Promise<Staged>, retry?: () => void): Promise<void> {
      set({ busy, error: null })
      try {
        const { ticket, items, ignored } = await stage()
        discard(get().ticket)
        set({ phase: 'review', ticket, items, ignored, included: wanted(items), names: new Map(), results: new Map() })
      } catch (error) {
        if (retry === undefined || !askedForPassphrase(error, retry)) set({ error })
      } finally {
        set({ busy: null })
      }
    }

    async function write(): Promise<void> {
      const { ticket, items, included, names, destination, target, values, results } = get()
      if (ticket === null) return
      const pending = items.filter(({ id }) => included.has(id) && !isImported(results.get(id)))
      if (pending.length === 0) return
      writing = new AbortController()
      set({ phase: 'writing', error: null, busy: 'Importing…' })
      try {
        const events = await api().imports.commit(
          {
            ticket,
            items: pending.map(({ id }) => ({ id, name: names.get(id)?.trim() || null })),
            destination,
            target: destination.kind === 'folder' || !isBuiltIn(destination) ? target : null,
            values: { ...values },
          },
          { signal: writing.signal },
        )
        for await (const event of events) {
          if (event.type === 'item') set({ results: new Map(get().results).set(event.itemId, event) })
        }
        const refused = [...get().results.values()].find(({ error }) => error?.code.startsWith('protection.'))
        set({ phase: 'done' })
        if (refused?.error != null) askedForPassphraseBy(refused.error.code, () => void write())
      } catch (error) {
        const written = get().results.size > 0
        set({ phase: written ? 'done' : 'review' })
        if (!writing.signal.aborted && !isAborted(error) && !askedForPassphrase(error, () => void write()))
          set({ error })
      } finally {
        set({ busy: null })
      }
    }

    return {
      ...fresh,
      stageText(text) {
        set({ unit: 'line' })
        void take('Reading what was pasted…', () => api().imports.stageText({ text }))
      },
      stagePaths(paths) {
        set({ unit: 'file' })
        const stage = () => api().imports.stagePaths({ paths: [...paths] })
        void take('Reading…', stage, () => get().stagePaths(paths))
      },
      stageFiles(files) {
        set({ unit: 'file' })
        const stage = async () =>
          api().imports.stageUploads({ uploadIds: await uploadAll(files, (busy) => set({ busy })) })
        void take('Uploading…', stage, () => get().stageFiles(files))
      },
      choose(itemId, formatId) {
        const { ticket } = get()
        if (ticket === null) return
        void api()
          .imports.choose({ ticket, itemId, formatId })
          .then(
            (item) => set(({ items }) => ({ items: items.map((one) => (one.id === itemId ? item : one)) })),
            (error: unknown) => set({ error }),
          )
      },
      async unlock(itemId, passcode) {
        const { ticket, items: before } = get()
        if (ticket === null) return
        const items = await api().imports.unlock({ ticket, itemId, passcode })
        const known = new Set(before.map(({ id }) => id))
        const fresh = wanted(items.filter(({ id }) => !known.has(id) || id === itemId))
        set(({ included }) => ({ items, included: new Set([...included, ...fresh]) }))
      },
      include: (itemId, on) =>
        set(({ included }) => {
          const next = new Set(included)
          if (on) next.add(itemId)
          else next.delete(itemId)
          return { included: next }
        }),
      includeAll: (on) =>
        set(({ items }) => ({ included: new Set(on ? items.filter(canImport).map(({ id }) => id) : []) })),
      rename: (itemId, name) => set(({ names }) => ({ names: new Map(names).set(itemId, name) })),
      change: (change) => set(change),
      commit: () => void write(),
      cancel: () => writing?.abort(),
      startOver() {
        discard(get().ticket)
        set(fresh)
      },
    }
  })
}

/** A session was read from it. */
export function canImport({ preview, error }: ImportItem): boolean {
  return preview !== null && preview.status !== 'unreadable' && error === null
}

/** Written. Without a ref where it went into a folder that is no source. */
export function isImported(result: ItemResult | undefined): boolean {
  return result !== undefined && result.error === null
}

export function pendingItems({ items, included }: Pick<ImportState, 'items' | 'included'>): readonly ImportItem[] {
  return items.filter(({ id }) => included.has(id))
}

/** What is ticked at first: everything that can be imported and is not here already. */
function wanted(items: readonly ImportItem[]): ReadonlySet<string> {
  const some = items.filter(
    (item) =>
      canImport(item) && item.preview?.status !== 'no-key' && item.duplicateOf === null && item.duplicates.length === 0,
  )
  return new Set(some.map(({ id }) => id))
}

function discard(ticket: string | null): void {
  // The main process forgets it by itself later on; this is only sooner.
  if (ticket !== null)
    void api()
      .imports.discard({ ticket })
      .catch(() => {})
}

const AT_ONCE = 4

async function uploadAll(files: readonly Upload[], tell: (busy: string) => void): Promise<string[]> {
  const ids: string[] = []
  const queue = files.entries()
  async function work(): Promise<void> {
    for (const [index, file] of queue) {
      ids[index] = await uploadFile(file)
      tell(`Uploading: ${ids.filter((id) => id !== undefined).length} of ${files.length}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return ids
}
