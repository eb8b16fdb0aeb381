import { LOST_WHILE_SAVING, unreachable } from '../backends/network-errors.ts'
import { orAborted, withinTime } from '../backends/or-aborted.ts'
import { isAppError } from '../domain/errors.ts'
import type { ConnectionGuard } from './custom-guard.ts'

/** What a module's `connect` answers; nothing of it is known before it was looked at. */
export interface MadeConnection {
  readonly server: string
  readonly reader: unknown
  write(work: (writer: unknown) => Promise<void>): unknown
  watch?(prefix: string, onChange: () => void, onLost: () => void): unknown
  probe?(prefix: string): unknown
  close(): unknown
}

/** How long closing may take: the app waits for it when it quits. */
const CLOSE_MS = 2000

/**
 * The work of the app within a transaction of the module's. What the work answers or throws comes from the work alone:
 * a module that swallows a failure does not turn it into a success.
 */
export async function customTransaction<T>(
  connection: MadeConnection,
  guard: ConnectionGuard,
  signal: AbortSignal,
  work: (writer: unknown) => Promise<T>,
): Promise<T> {
  const begun = Promise.withResolvers<void>()
  const worked = Promise.withResolvers<void>()
  let outcome: { readonly value: T } | { readonly error: unknown } | null = null
  let isBegun = false
  const writing = started(() =>
    connection.write(async (writer) => {
      if (isBegun) throw guard.wrong('runs one transaction twice')
      isBegun = true
      begun.resolve()
      try {
        outcome = { value: await work(writer) }
        signal.throwIfAborted()
      } catch (error) {
        outcome = { error }
        throw error
      } finally {
        worked.resolve()
      }
    }),
  )
  writing.catch(() => undefined)
  await guard.run(() => Promise.race([begun.promise, writing]))
  // Every call in it has its own limit.
  await orAborted(signal, Promise.race([worked.promise, writing])).catch((error: unknown) => {
    if (outcome === null) throw error
  })
  let failure: unknown = null
  await guard
    .run(() => writing)
    .catch((error: unknown) => {
      failure = isTooLate(error) ? unreachable(LOST_WHILE_SAVING) : error
    })
  const ended = outcome as { readonly value: T } | { readonly error: unknown } | null
  if (ended && 'error' in ended) throw ended.error
  if (failure !== null) throw failure
  if (ended === null) throw guard.wrong('begins no transaction')
  return ended.value
}

/** Whether it was saved, nobody can tell. */
function isTooLate(error: unknown): boolean {
  return isAppError(error, 'source.unreachable')
}

/** Ends what is left of a connection; whatever comes of it changes nothing any more. */
export function quietly(work: () => unknown): Promise<void> {
  return withinTime(CLOSE_MS, started(work)).then(
    () => undefined,
    () => undefined,
  )
}

/** The work's answer, also where it throws before it waits. */
export async function started<T>(work: () => T | Promise<T>): Promise<T> {
  return work()
}
