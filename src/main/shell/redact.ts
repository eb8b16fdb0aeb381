const SECRET_NAME =
  /pass|secret|token|salt|cookie|authorization|auth_?key|api_?hash|session_?string|^(key|value|text)$/i
/** Keys in hex and base64 have such runs; a very long path may lose its middle to it. */
const SECRET_RUN = /[A-Za-z0-9+/_=-]{64,}/g
const MAX_DEPTH = 6

/**
 * A copy fit for the log. The second line of defence: callers pass no secrets in the first place. Values under telling
 * names and long key-like runs are struck out, bytes become their length, errors keep class, code and stack places
 * but not their message, which may quote input.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replace(SECRET_RUN, '[redacted]')
  if (typeof value === 'bigint') return String(value)
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? '[function]' : value
  if (depth >= MAX_DEPTH) return '[deep]'
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (value instanceof Error) return redactError(value, depth)
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => redact(item, depth + 1))
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact(value.toJSON(), depth + 1)
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET_NAME.test(name) ? '[redacted]' : redact(item, depth + 1),
    ]),
  )
}

function redactError(error: Error, depth: number): unknown {
  const places = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
  const code = (error as { code?: unknown }).code
  return {
    error: error.name,
    ...(typeof code === 'string' && { code }),
    at: places.slice(0, 12),
    ...(error.cause !== undefined && { cause: redact(error.cause, depth + 1) }),
  }
}
