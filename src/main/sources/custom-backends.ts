import type { AnyStoreKind, CustomKind, StoreBackend, StoreKind } from '../backends/store.ts'
import { storeBackend } from '../backends/stores.ts'
import { AppError } from '../domain/errors.ts'
import type { StoreMedium } from './store-types.ts'

/** A field of an address, as the form shows it. */
interface CustomField {
  readonly label: string
  readonly placeholder?: string | undefined
}

/** What is asked for beside the address; what is absent is not asked for. */
export interface CustomFields {
  readonly address: CustomField
  readonly database?: CustomField | undefined
  readonly user?: CustomField | undefined
  readonly password?: CustomField | undefined
  /** Whether it encrypts, and by which certificate. */
  readonly tls?: boolean | undefined
  /** What a prefix leaves out, in a sentence. */
  readonly prefix?: string | undefined
}

/** A store that a module of the person's own reaches. */
export interface CustomBackend extends StoreBackend {
  readonly kind: CustomKind
  readonly medium: StoreMedium
  readonly help: string
  readonly fields: CustomFields
}

let known: readonly CustomBackend[] = []

/** The backends of the person's own that are on now. */
export function customBackends(): readonly CustomBackend[] {
  return known
}

export function setCustomBackends(backends: readonly CustomBackend[]): void {
  known = backends
}

export function isCustomKind(kind: string): kind is CustomKind {
  return kind.startsWith('custom:')
}

const MEDIA: Readonly<Record<StoreKind, StoreMedium>> = {
  redis: 'keyvalue',
  mongodb: 'documents',
  postgres: 'tables',
  mysql: 'tables',
  libsql: 'tables',
}

/** What sessions lie in there; null while the module that knows is off. */
export function mediumOf(kind: AnyStoreKind): StoreMedium | null {
  if (isCustomKind(kind)) return known.find((backend) => backend.kind === kind)?.medium ?? null
  return MEDIA[kind]
}

/** Kinds of stores, as things are now, that sessions of a medium can lie in. */
export function kindsOf(medium: StoreMedium): readonly AnyStoreKind[] {
  const own = Object.keys(MEDIA) as StoreKind[]
  return [
    ...own.filter((kind) => MEDIA[kind] === medium),
    ...known.filter((backend) => backend.medium === medium).map(({ kind }) => kind),
  ]
}

/** What a kind of one's own is called: "Acme KV", and its id while its module is off. */
export function customLabel(kind: CustomKind): string {
  return known.find((backend) => backend.kind === kind)?.label ?? kind.slice('custom:'.length)
}

/** The app's own, or the person's. @throws AppError source.module-failed while its module is off */
export async function backendOf(kind: AnyStoreKind): Promise<StoreBackend> {
  if (!isCustomKind(kind)) return storeBackend(kind)
  const backend = known.find((one) => one.kind === kind)
  if (!backend) throw new AppError('source.module-failed', { reason: 'it is not enabled' })
  return backend
}
