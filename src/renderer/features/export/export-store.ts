import { createStore, type StoreApi } from 'zustand'
import type { Ref } from '../../../shared/contract/common.ts'
import type { ExportEvent, Plan, PlanItem, Target } from '../../../shared/contract/exports.ts'
import type { Format } from '../../../shared/contract/formats.ts'
import { isAborted } from '../../api/errors.ts'
import { startDownload } from '../../api/files.ts'
import { askedForPassphrase, askedForPassphraseBy } from '../../app/protected-call.ts'
import { api } from '../../lib/client.ts'
import { sameRef } from '../../lib/refs.ts'
import { type SaveDestination, saveInput } from './save-destination.ts'
import { type Mode, startTarget } from './target-start.ts'

export type ExportResult = Extract<ExportEvent, { type: 'item' }>

export interface ExportState {
  step: 'plan' | 'save' | 'saving' | 'done'
  formats: readonly Format[]
  target: Target | null
  values: Readonly<Record<string, string>>
  /** What is lost and kept; of the target before while a new one is made. */
  plan: Plan | null
  planning: boolean
  /** What was found missing for this target; stays in the form once it is filled in. */
  asked: Plan['missing']
  /** Length of the string, null unless it is one string and nothing is missing. */
  charLength: number | null
  encrypt: boolean
  destination: SaveDestination
  /** What lies at the destination is replaced (and kept in the trash). */
  overwrite: boolean
  done: number
  total: number
  results: readonly ExportResult[]
  cancelled: boolean
  error: unknown
}

export interface ExportActions {
  load: () => Promise<void>
  setTarget: (target: Target) => void
  setValue: (name: string, value: string) => void
  change: (change: Partial<Pick<ExportState, 'step' | 'encrypt' | 'destination' | 'overwrite'>>) => void
  /** `passphrase` is null for plain files, which the person confirmed. */
  save: (passphrase: string | null) => void
  cancel: () => void
}

export type ExportStore = StoreApi<ExportState & ExportActions>

const PLAN_AFTER_MS = 250

/** An export or conversion from the choice of format to a result for each session. One per dialog. */
export function createExport(
  refs: readonly Ref[],
  mode: Mode,
  ownFormatId: string | null,
): StoreApi<ExportState & ExportActions> {
  let latest = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let saving: AbortController | null = null

  return createStore<ExportState & ExportActions>()((set, get) => {
    async function makePlan(): Promise<void> {
      clearTimeout(timer)
      const mine = ++latest
      const { target, values } = get()
      if (target === null) return
      set({ planning: true, error: null, charLength: null })
      try {
        const next = await api().exports.plan({ refs: [...refs], target, values: openValues(values, get().formats) })
        if (mine !== latest) return
        const { asked } = get()
        const more = next.missing.filter(({ field }) => !asked.some((one) => one.field === field))
        set({ plan: next, planning: false, asked: [...asked, ...more] })
        const charLength = await measured(next)
        if (mine === latest) set({ charLength })
      } catch (error) {
        if (mine !== latest) return
        set({ planning: false })
        if (!askedForPassphrase(error, () => void makePlan())) set({ error })
      }
    }

    async function measured(next: Plan): Promise<number | null> {
      const [item] = next.items
      if (next.medium !== 'text' || next.items.length !== 1 || item === undefined) return null
      if (item.blocked !== null || item.missing.length > 0) return null
      return (
        await api().secrets.measure({
          ref: item.ref,
          target: next.target,
          values: openValues(get().values, get().formats),
        })
      ).charLength
    }

    async function save(passphrase: string | null): Promise<void> {
      const { target, values, destination, overwrite, plan } = get()
      if (target === null) return
      saving = new AbortController()
      // Those that were refused are tried again; what is written stays as it is, and what cannot be is not tried.
      const kept = get().results.filter(({ error }) => error === null)
      const pending = writable(plan).filter(({ ref }) => !kept.some((result) => sameRef(result.ref, ref)))
      set({ step: 'saving', results: kept, done: 0, total: pending.length, error: null, cancelled: false })
      const again = () => void save(passphrase)
      try {
        const { signal } = saving
        const what = { refs: pending.map(({ ref }) => ref), target, values: { ...values }, overwrite }
        const events = await api().exports.save({ ...what, ...saveInput(destination, passphrase) }, { signal })
        for await (const event of events) {
          if (event.type === 'item') set(({ results }) => ({ results: [...results, event] }))
          else if (event.type === 'progress') set({ done: event.done, total: event.total })
          else if (event.download !== null) startDownload(event.download)
        }
        set({ step: 'done' })
        const refused = get().results.find(({ error }) => error?.code.startsWith('protection.'))
        if (refused?.error != null) askedForPassphraseBy(refused.error.code, again)
      } catch (error) {
        const cancelled = saving.signal.aborted || isAborted(error)
        set({ step: cancelled ? 'done' : 'save', cancelled })
        if (!cancelled && !askedForPassphrase(error, again)) set({ error })
      }
    }

    return {
      step: 'plan',
      formats: [],
      target: null,
      values: {},
      plan: null,
      planning: true,
      asked: [],
      charLength: null,
      encrypt: true,
      destination: { kind: 'file', path: '' },
      overwrite: false,
      done: 0,
      total: 0,
      results: [],
      cancelled: false,
      error: null,
      async load() {
        try {
          const formats = await api().formats.list()
          set({
            formats,
            target: startTarget(
              formats.filter(({ writable: asFile }) => asFile),
              mode,
              ownFormatId,
            ),
          })
          await makePlan()
        } catch (error) {
          set({ error, planning: false })
        }
      },
      setTarget(target) {
        set({ target, plan: null, asked: [] })
        void makePlan()
      },
      setValue(name, value) {
        set(({ values }) => ({ values: { ...values, [name]: value } }))
        clearTimeout(timer)
        timer = setTimeout(() => void makePlan(), PLAN_AFTER_MS)
      },
      change: (change) => set(change),
      save: (passphrase) => void save(passphrase),
      cancel: () => saving?.abort(),
    }
  })
}

/** Values without those that are typed unseen: they cross once, when it is written. */
function openValues(values: ExportState['values'], formats: readonly Format[]): Record<string, string> {
  const secret = new Set(
    formats.flatMap(({ options }) => options.filter(({ kind }) => kind === 'secret').map(({ name }) => name)),
  )
  return Object.fromEntries(Object.entries(values).filter(([name]) => !secret.has(name)))
}

/** The sessions of a plan that can be written. */
export function writable(plan: Plan | null): readonly PlanItem[] {
  return plan?.items.filter(({ blocked }) => blocked === null) ?? []
}
