import { createStore, type StoreApi } from 'zustand'
import type { AnyStoreKind } from '../../../shared/contract/common.ts'
import type { CustomBackend } from '../../../shared/contract/extensions.ts'
import type { Source, StoreLocation, StoreTest } from '../../../shared/contract/sources.ts'
import { errorOf, isAborted } from '../../api/errors.ts'
import { useAppData } from '../../app/app-data.ts'
import { askedForPassphrase } from '../../app/protected-call.ts'
import { api } from '../../lib/client.ts'
import { errorText } from '../../lib/error-text.ts'
import { isOwnKind, STORE_LABELS, type StoreSource } from '../../lib/store-kinds.ts'
import { toastError } from '../../ui/toast.tsx'
import { emptyFields, fieldsOf, isSameServer, locationOf, type StoreFields } from './store-fields.ts'

/** `ticket` stands for one that a pasted address held, `kept` for the one that is sealed with the source. */
type FormPassword =
  | { kind: 'none' }
  | { kind: 'typed'; text: string }
  | { kind: 'ticket'; ticket: string }
  | { kind: 'kept' }

export interface StoreFormState {
  fields: StoreFields
  /** Backends of the person's own that are on. */
  own: readonly CustomBackend[]
  password: FormPassword
  /** What came of the address that was pasted last. */
  read: { ignored: readonly string[]; hasPassword: boolean } | null
  reading: boolean
  /** Why it was not understood. */
  addressProblem: string | null
  testing: boolean
  tested: StoreTest | null
  /** Of the last test or the saving. */
  error: unknown
  saving: boolean
}

interface StoreFormActions {
  /** Asks which backends of the person's own are on. */
  loadOwn: () => void
  change: (change: Partial<StoreFields>) => void
  setKind: (kind: AnyStoreKind) => void
  setPassword: (text: string) => void
  forgetPassword: () => void
  /** The text is handed over and kept nowhere in the window. */
  readAddress: (text: string) => void
  test: () => void
  cancelTest: () => void
  /** Adds the store, or changes how it is reached. */
  save: (name: string, onSaved: (source: Source) => Promise<void>) => void
}

export type StoreForm = StoreApi<StoreFormState & StoreFormActions>

/** The connection of a store from an address to what a test found. One per dialog; `source` is the one that is changed. */
export function createStoreForm(kind: AnyStoreKind, source: StoreSource | null = null): StoreForm {
  let testing: AbortController | null = null
  const unchanged: FormPassword = source?.store.hasPassword === true ? { kind: 'kept' } : { kind: 'none' }

  return createStore<StoreFormState & StoreFormActions>()((set, get) => {
    /** What was found out no longer says anything about what is in the form now. */
    function edited(next: Partial<StoreFormState>): void {
      testing?.abort()
      set({ ...next, tested: null, error: null, addressProblem: null })
    }

    function secret(): { password?: string; ticket?: string } {
      const { password } = get()
      if (password.kind === 'typed') return { password: password.text }
      return password.kind === 'ticket' ? { ticket: password.ticket } : {}
    }

    function failed(error: unknown): void {
      if (errorOf(error).code === 'request.expired') set({ password: { kind: 'none' } })
      set({ error })
    }

    async function readAddress(text: string): Promise<void> {
      set({ reading: true, addressProblem: null, read: null })
      try {
        const { location, hasPassword, ticket, ignored } = await api().sources.parseStoreAddress({ text })
        if (source !== null && location.kind !== source.store.location.kind) {
          const label = isOwnKind(location.kind) ? 'another store' : STORE_LABELS[location.kind]
          set({ addressProblem: `This is an address of ${label}: add it as a source of its own.` })
          return
        }
        const { prefix, ...fields } = fieldsOf(location)
        const kept = get().fields.prefix
        edited({
          fields: { ...fields, prefix: prefix === '' ? kept : prefix },
          password: ticket === null ? { kind: 'none' } : { kind: 'ticket', ticket },
          read: { ignored, hasPassword },
        })
      } catch (error) {
        const { message } = errorText(error)
        set({ addressProblem: `${message} What was pasted is not kept.` })
      } finally {
        set({ reading: false })
      }
    }

    async function test(): Promise<void> {
      testing?.abort()
      const mine = new AbortController()
      testing = mine
      set({ testing: true, tested: null, error: null })
      useAppData.setState({ contactedStores: true })
      const location = locationOf(get().fields)
      try {
        const lends = get().password.kind === 'kept' && source !== null ? { sourceId: source.id } : {}
        const tested = await api().sources.testStore({ location, ...secret(), ...lends }, { signal: mine.signal })
        if (!mine.signal.aborted) set({ tested })
      } catch (error) {
        if (mine.signal.aborted || isAborted(error)) return
        if (!askedForPassphrase(error, () => void test())) failed(error)
      } finally {
        if (testing === mine) set({ testing: false })
      }
    }

    async function save(name: string, onSaved: (source: Source) => Promise<void>): Promise<void> {
      if (get().saving) return
      testing?.abort()
      set({ saving: true, error: null })
      const location = locationOf(get().fields)
      try {
        await onSaved(source === null ? await add(location, name) : await update(source, location))
      } catch (error) {
        if (!askedForPassphrase(error, () => void save(name, onSaved))) failed(error)
      } finally {
        set({ saving: false })
      }
    }

    function add(location: StoreLocation, name: string): Promise<Source> {
      const wanted = name.trim()
      return api().sources.addStore({ location, ...secret(), ...(wanted !== '' && { name: wanted }) })
    }

    function update({ id, store }: StoreSource, location: StoreLocation): Promise<Source> {
      const { password } = get()
      const given = password.kind === 'none' && store.hasPassword ? { password: null } : secret()
      return api().sources.updateStore({ sourceId: id, location, ...given })
    }

    return {
      fields: source === null ? emptyFields(kind) : fieldsOf(source.store.location),
      own: [],
      password: unchanged,
      read: null,
      reading: false,
      addressProblem: null,
      testing: false,
      tested: null,
      error: null,
      saving: false,
      loadOwn() {
        // Without them, what the app knows itself is offered all the same.
        api()
          .extensions.list()
          .then(({ modules }) => set({ own: modules.flatMap(({ backend }) => backend ?? []) }))
          .catch(toastError)
      },
      change: (change) => edited({ fields: { ...get().fields, ...change } }),
      setKind(next) {
        const { fields } = get()
        if (fields.kind === next) return
        // Host, user and prefix may be right for another kind as well; the rest never is.
        const { user, prefix } = fields
        edited({ fields: { ...emptyFields(next), user, prefix }, read: null })
      },
      setPassword: (text) => edited({ password: text === '' ? unchanged : { kind: 'typed', text } }),
      forgetPassword: () => edited({ password: { kind: 'none' }, read: null }),
      readAddress: (text) => void readAddress(text),
      test: () => void test(),
      cancelTest() {
        testing?.abort()
        set({ testing: false })
      },
      save: (name, onSaved) => void save(name, onSaved),
    }
  })
}

/** The kept password was given for another server or login than the form names now. */
export function needsPasswordAgain(source: StoreSource | null, { fields, password }: StoreFormState): boolean {
  return password.kind === 'kept' && source !== null && !isSameServer(source.store.location, locationOf(fields))
}
