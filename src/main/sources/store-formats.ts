import type { StoreConnection } from '../backends/store.ts'
import { AppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import { customFormats } from '../formats/custom-formats.ts'
import type {
  AnyFormat,
  EncodeOptions,
  PeerPage,
  PeerQuery,
  SharedStore,
  StoredSession,
  StorePlace,
} from '../formats/format.ts'
import type { RawPart } from '../formats/raw-part.ts'
import { documentsFormats, keyValueFormats, sharedTablesFormats } from '../formats/stores.ts'

/** What may be done to one session within a transaction. */
interface StoreTransaction {
  read(key: string): Promise<StoredSession | null>
  write(key: string, session: Session, options: EncodeOptions): Promise<void>
  remove(key: string): Promise<void>
}

/** A format over an open connection: whatever the medium, it looks like this. */
export interface BoundFormat {
  readonly format: AnyFormat
  readonly canWrite: boolean
  readonly canRemove: boolean
  survey(signal: AbortSignal): Promise<readonly StorePlace[]>
  pages(prefix: string, signal: AbortSignal): AsyncIterable<readonly StoredSession[]>
  read(key: string): Promise<StoredSession | null>
  /** Null where the format cannot search by itself. */
  readonly peers: ((key: string, query: PeerQuery) => Promise<PeerPage>) | null
  /** What is stored of a session as it is; null where the format does not show it. */
  readonly raw: ((key: string) => Promise<readonly RawPart[] | null>) | null
  keyFor(prefix: string, name: string): string
  /** One transaction. @throws AppError source.changed, source.read-only, source.unreachable */
  change<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T>
}

interface Medium<Reader, Writer> {
  readonly reader: Reader
  write<T>(work: (writer: Writer) => Promise<T>): Promise<T>
}

/** Every format that a connection's medium can hold, those of the person's own among them. */
export function boundFormats(connection: StoreConnection): readonly BoundFormat[] {
  const own = customFormats()
  switch (connection.medium) {
    case 'keyvalue':
      return [...keyValueFormats, ...own.filter((one) => one.medium === 'keyvalue')].map((format) =>
        bind(format, format, connection),
      )
    case 'documents':
      return [...documentsFormats, ...own.filter((one) => one.medium === 'documents')].map((format) =>
        bind(format, format, connection),
      )
    case 'tables':
      return [...sharedTablesFormats, ...own.filter((one) => one.medium === 'tables')].map((format) =>
        bind(format, format.shared, connection),
      )
  }
}

/** @throws AppError request.invalid when the store cannot hold the format */
export function boundFormat(connection: StoreConnection, formatId: string): BoundFormat {
  const bound = boundFormats(connection).find(({ format }) => format.id === formatId)
  if (!bound) {
    throw new AppError('request.invalid', {
      field: 'format',
      reason: 'this store does not hold sessions of that format',
    })
  }
  return bound
}

function bind<Reader, Writer extends Reader>(
  format: AnyFormat,
  shared: SharedStore<Reader, Writer>,
  medium: Medium<Reader, Writer>,
): BoundFormat {
  const { reader } = medium
  const refuse = (): never => {
    throw new AppError('format.not-writable', { format: format.id, reason: 'it can only be read' })
  }
  return {
    format,
    canWrite: shared.write !== undefined,
    canRemove: shared.remove !== undefined,
    survey: (signal) => shared.survey(reader, signal),
    pages: (prefix, signal) => shared.pages(reader, prefix, signal),
    read: (key) => shared.read(reader, key),
    peers: shared.peers ? async (key, query) => (await shared.peers?.(reader, key, query)) ?? NO_PEERS : null,
    raw: shared.raw ? async (key) => (await shared.raw?.(reader, key)) ?? null : null,
    keyFor: (prefix, name) => shared.keyFor(prefix, name),
    change: (work) =>
      medium.write((writer) =>
        work({
          read: (key) => shared.read(writer, key),
          write: async (key, session, options) =>
            shared.write ? shared.write(writer, key, session, options) : refuse(),
          remove: async (key) => (shared.remove ? shared.remove(writer, key) : refuse()),
        }),
      ),
  }
}

const NO_PEERS: PeerPage = { peers: [], total: 0, more: false }
