import { isAppError } from '../domain/errors.ts'

const MAX_PLACES = 12

/** What the log may hold of an unexpected failure: its class, code and places. Never its message, which may quote input. */
export function traceOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = isAppError(error) ? error.code : (error as { code?: unknown }).code
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    error: error.name,
    ...(typeof code === 'string' && { code }),
    at: places.slice(0, MAX_PLACES).map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: traceOf(error.cause) }),
  }
}
