import { networkError } from '../backends/network-errors.ts'
import { orAborted, withinTime } from '../backends/or-aborted.ts'
import type { ConnectOptions, StoreConnection } from '../backends/store.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import type {
  DocumentsReader,
  DocumentsWriter,
  KeyValueReader,
  KeyValueWriter,
  TablesReader,
  TablesWriter,
} from '../formats/media.ts'
import { type ConnectionGuard, isSound } from './custom-guard.ts'
import {
  guardedDocuments,
  guardedKeyValues,
  guardedTables,
  type Staged,
  stagedKeyValues,
  writtenDocuments,
  writtenTables,
} from './custom-media.ts'
import { customTransaction, type MadeConnection, quietly, started } from './custom-transaction.ts'
import type { StoreMedium } from './store-types.ts'

const READER: Readonly<Record<StoreMedium, readonly string[]>> = {
  keyvalue: ['scan', 'get', 'members'],
  documents: ['collections', 'find', 'count'],
  tables: ['schema', 'scan', 'count', 'query'],
}
const WRITER: Readonly<Record<StoreMedium, readonly string[]>> = {
  keyvalue: [...READER.keyvalue, 'put', 'putFields', 'addMember', 'removeMember', 'remove'],
  documents: [...READER.documents, 'insert', 'remove'],
  tables: [...READER.tables, 'run', 'runMany'],
}

/**
 * @param module name of its file, for errors
 * @param password kept out of what the module says when it fails
 */
export function connectionGuard(module: string, options: ConnectOptions, password: Secret | null): ConnectionGuard {
  const { signal, commandTimeoutMs } = options
  const wrong = (reason: string): AppError => new AppError('source.module-failed', { reason: `${module} ${reason}` })

  function known(error: unknown): unknown {
    // Without its cause: what the module says of it may hold a key.
    if (isSound(error) && !repeats(error, password)) return error
    return networkError(error) ?? wrong('failed')
  }

  const guard: ConnectionGuard = {
    wrong,
    now(work) {
      try {
        return work()
      } catch (error) {
        throw known(error)
      }
    },
    async run<T>(work: () => T | Promise<T>, also?: AbortSignal): Promise<T> {
      try {
        const answer = withinTime(commandTimeoutMs, started(work))
        return await orAborted(also ? AbortSignal.any([signal, also]) : signal, answer)
      } catch (error) {
        signal.throwIfAborted()
        also?.throwIfAborted()
        throw known(error)
      }
    },
    ask: (work, isRight, what) =>
      guard.run(async () => {
        const answer = await work()
        if (!isRight(answer)) throw wrong(`gives ${what}`)
        return answer
      }),
  }
  return guard
}

function repeats(error: unknown, password: Secret | null): boolean {
  const word = password?.openText() ?? ''
  return word !== '' && isAppError(error) && JSON.stringify(error.details).includes(word)
}

/**
 * The connection as the app uses it.
 * @throws AppError source.module-failed when it lacks something
 */
export function guardedConnection(
  made: unknown,
  medium: StoreMedium,
  prefix: string,
  guard: ConnectionGuard,
  options: ConnectOptions,
): StoreConnection {
  const lacking = lacks(made, ['write', 'close']) ?? lacks(Reflect.get(Object(made), 'reader'), READER[medium])
  if (lacking !== null) throw guard.wrong(`opens a connection without ${lacking}`)
  const connection = made as MadeConnection
  if (typeof connection.server !== 'string' || connection.server === '') {
    throw guard.wrong('does not say what server it reached')
  }
  const rest = {
    server: connection.server.slice(0, 200),
    watch: (under: string, onChange: () => void, onLost: () => void) =>
      watching(connection, guard, under, onChange, onLost),
    ...(connection.probe && {
      probe: (under: string) => guard.ask(() => connection.probe?.(under) ?? null, isWord, 'no word about changes'),
    }),
    close: () => closed(connection),
  }
  function writes<Writer>(staged: (writer: Writer) => Staged<Writer>) {
    return <T>(work: (writer: Writer) => Promise<T>): Promise<T> =>
      customTransaction(connection, guard, options.signal, async (writer) => {
        const missing = lacks(writer, WRITER[medium])
        if (missing !== null) throw guard.wrong(`gives a writer without ${missing}`)
        const { writer: own, settled } = staged(writer as Writer)
        const result = await work(own)
        await settled()
        return result
      })
  }
  const at = <Writer>(writer: Writer): Staged<Writer> => ({ writer, settled: async () => undefined })

  switch (medium) {
    case 'keyvalue':
      return {
        ...rest,
        medium,
        reader: guardedKeyValues(connection.reader as KeyValueReader, guard),
        write: writes<KeyValueWriter>((writer) => stagedKeyValues(writer, guard)),
      }
    case 'documents':
      return {
        ...rest,
        medium,
        reader: guardedDocuments(connection.reader as DocumentsReader, prefix, guard),
        write: writes<DocumentsWriter>((writer) => at(writtenDocuments(writer, prefix, guard))),
      }
    case 'tables':
      return {
        ...rest,
        medium,
        reader: guardedTables(connection.reader as TablesReader, prefix, guard),
        write: writes<TablesWriter>((writer) => at(writtenTables(writer, prefix, guard))),
      }
  }
}

/** The first member that is no function; null when all are. */
function lacks(made: unknown, members: readonly string[]): string | null {
  return members.find((name) => typeof Reflect.get(Object(made), name) !== 'function') ?? null
}

function isWord(answer: unknown): answer is string | null {
  return answer === null || typeof answer === 'string'
}

async function watching(
  connection: MadeConnection,
  guard: ConnectionGuard,
  prefix: string,
  onChange: () => void,
  onLost: () => void,
): Promise<(() => Promise<void>) | null> {
  if (!connection.watch) return null
  let isOn = true
  const told = (tell: () => void) => (): void => {
    if (isOn) tell()
  }
  const end = await guard.ask(
    () => connection.watch?.(prefix, told(onChange), told(onLost)) ?? null,
    isEnd,
    'no way to end a watch',
  )
  if (end === null) return null
  return async () => {
    isOn = false
    await quietly(() => end())
  }
}

function isEnd(answer: unknown): answer is (() => unknown) | null {
  return answer === null || typeof answer === 'function'
}

function closed(connection: MadeConnection): Promise<void> {
  return quietly(() => connection.close())
}
