import { z } from 'zod'
import { errorDetails, isErrorCode } from '../../shared/error-codes.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import type { Collection } from '../domain/session.ts'
import type { CustomFormat } from '../formats/custom-formats.ts'
import type { SharedStore, StoredSession } from '../formats/format.ts'

// A module of the person's own may throw anything and answer anything: what passes here is what the app can go on with.

const func = z.custom<() => unknown>((value) => typeof value === 'function')
const secret = z.instanceof(Secret).nullable()
const rows = z.looseObject({ count: z.number(), batches: func })
const counter = z.number().nullable()

const sessionSchema = z.looseObject({
  dataCenters: z.array(
    z.looseObject({
      id: z.int(),
      address: z.string().nullable(),
      port: z.int().nullable(),
      authKey: secret,
      home: z.boolean(),
    }),
  ),
  test: z.boolean().nullable(),
  account: z
    .looseObject({
      id: z.bigint(),
      isBot: z.boolean().nullable(),
      username: z.string().nullable(),
      phone: z.string().nullable(),
    })
    .nullable(),
  apiId: counter,
  updateState: z.looseObject({ pts: counter, qts: counter, date: counter, seq: counter }).nullable(),
  takeoutId: z.bigint().nullable(),
  temporaryKey: secret,
  savedAt: counter,
  channelStates: rows,
  peers: rows,
  sentFiles: rows,
  minContexts: rows,
})

const storedSchema = z.looseObject({
  key: z.string().min(1).max(4096),
  name: z.string().max(4096).nullable(),
  decoded: z.looseObject({
    info: z.looseObject({
      formatId: z.string(),
      variant: z.string(),
      library: z.string(),
      formatVersion: z.union([z.number(), z.string()]).nullable(),
    }),
    problems: z.array(z.looseObject({ code: z.string(), message: z.string() })),
    session: sessionSchema,
  }),
})

const placesSchema = z.array(z.object({ prefix: z.string(), sessions: z.int().min(0).nullable() }))

/** Calls into one module. */
export interface Guard {
  /** What the work answers. @throws AppError: that of a store as it is, format.malformed for anything else */
  run<T>(work: () => T | Promise<T>, signal?: AbortSignal): Promise<T>
  now<T>(work: () => T): T
  wrong(reason: string): AppError
}

/** Calls into a connection: each ends in time, in an answer of the right shape, or in an AppError. */
export interface ConnectionGuard extends Guard {
  /** @param what completes "the module … gives": "no list of keys" */
  ask<T>(work: () => unknown, isRight: (answer: unknown) => answer is T, what: string): Promise<T>
}

/**
 * The format as the app uses it: every call ends in an answer of the right shape or in an AppError. What the app asks of
 * its own formats alone (`peers`, `options`, `checkWrite`) is left out.
 * @param module name of its file, for the error
 */
export function guardedFormat(made: CustomFormat, module: string): CustomFormat {
  const { id, library, label, help, variants, defaultVariant } = made
  const detection = 'What the module looks for.'
  const base = { id, library, label, help, detection, variants, defaultVariant }
  const guard = guardOf(id, module)
  switch (made.medium) {
    case 'keyvalue':
      return { ...base, medium: made.medium, ...guardedStore(made, id, guard) }
    case 'documents':
      return { ...base, medium: made.medium, ...guardedStore(made, id, guard) }
    case 'tables':
      return {
        ...base,
        medium: made.medium,
        extension: '',
        secretColumns: new Set(),
        // Of a server alone: no file is ever taken for one.
        detect: () => null,
        list: async () => [],
        shared: guardedStore(made.shared, id, guard),
      }
  }
}

function guardedStore<Reader, Writer>(
  store: SharedStore<Reader, Writer>,
  formatId: string,
  guard: Guard,
): SharedStore<Reader, Writer> {
  const checked = (stored: StoredSession): StoredSession => checkedStored(stored, formatId, guard)
  return {
    async survey(reader, signal) {
      const places = placesSchema.safeParse(await guard.run(() => store.survey(reader, signal), signal))
      if (!places.success) throw guard.wrong('does not give its places as a list')
      return places.data
    },
    async *pages(reader, prefix, signal) {
      for await (const page of each(() => store.pages(reader, prefix, signal), guard, signal)) yield page.map(checked)
    },
    async read(reader, key) {
      const stored = await guard.run(() => store.read(reader, key))
      return stored === null ? null : checked(stored)
    },
    keyFor(prefix, name) {
      const key: unknown = guard.now(() => store.keyFor(prefix, name))
      if (typeof key !== 'string' || key === '') throw guard.wrong('gives no key for a new session')
      return key
    },
    ...(store.write && {
      write: async (writer, key, session, options) =>
        guard.run(async () => store.write?.(writer, key, session, options)),
    }),
    ...(store.remove && { remove: async (writer, key) => guard.run(async () => store.remove?.(writer, key)) }),
  }
}

function checkedStored(stored: StoredSession, formatId: string, guard: Guard): StoredSession {
  const { error } = storedSchema.safeParse(stored)
  const [first] = error?.issues ?? []
  if (first) throw guard.wrong(`gives a session that is none: ${first.path.join('.') || 'the object itself'}`)
  if (stored.decoded.info.formatId !== formatId) throw guard.wrong('gives a session of another format')
  const { session } = stored.decoded
  const guarded = {
    ...session,
    channelStates: guardedRows(session.channelStates, guard),
    peers: guardedRows(session.peers, guard),
    sentFiles: guardedRows(session.sentFiles, guard),
    minContexts: guardedRows(session.minContexts, guard),
  }
  return { key: stored.key, name: stored.name, decoded: { ...stored.decoded, session: guarded } }
}

function guardedRows<T>(rows: Collection<T>, guard: Guard): Collection<T> {
  return { count: rows.count, batches: () => each(() => rows.batches(), guard) }
}

/** Lists that a module gives one by one; whatever else it gives is an error. */
export async function* each<T>(
  start: () => AsyncIterable<readonly T[]>,
  guard: Guard,
  signal?: AbortSignal,
): AsyncGenerator<readonly T[]> {
  const iterator = guard.now(() => start()[Symbol.asyncIterator]())
  try {
    for (;;) {
      const step = await guard.run(() => iterator.next(), signal)
      if (step.done === true) return
      if (!Array.isArray(step.value)) throw guard.wrong('gives no lists')
      yield step.value
    }
  } finally {
    // Not waited for: one that hangs would keep the source from closing.
    void guard.run(() => iterator.return?.()).catch(() => undefined)
  }
}

function guardOf(format: string, module: string): Guard {
  const wrong = (reason: string): AppError =>
    new AppError('format.malformed', { format, reason: `the module ${module} ${reason}` })
  // Without its cause: what the module says of it may hold a key.
  const known = (error: unknown): unknown => (isSound(error) ? error : wrong('failed'))
  return {
    wrong,
    now(work) {
      try {
        return work()
      } catch (error) {
        throw known(error)
      }
    },
    async run(work, signal) {
      try {
        const answer = Promise.resolve(work())
        return await (signal ? orAborted(answer, signal) : answer)
      } catch (error) {
        signal?.throwIfAborted()
        throw known(error)
      }
    },
  }
}

/** One of the app's own failures, as stores throw them: its code and details have their words. */
export function isSound(error: unknown): boolean {
  return isAppError(error) && isErrorCode(error.code) && errorDetails[error.code].safeParse(error.details).success
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
