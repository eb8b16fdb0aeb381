import { z } from 'zod'

/**
 * Every expected failure: its code and the details that travel with it. Details name places and causes,
 * never input, keys or passcodes. Used by `AppError` in the main process and, mapped one to one, by the contract.
 */
const where = { file: z.string().optional() }

export const errorDetails = {
  /** `kind` when it is known what it is ("a Telethon 2 session") and that it cannot be read. */
  'format.unrecognized': z.object({ ...where, kind: z.string().optional(), reason: z.string().optional() }),
  'format.malformed': z.object({ ...where, format: z.string().optional(), reason: z.string() }),
  'format.unsupported-version': z.object({ ...where, format: z.string(), found: z.string(), known: z.string() }),
  'format.missing-field': z.object({ ...where, format: z.string(), field: z.string() }),
  'format.not-writable': z.object({ format: z.string(), reason: z.string() }),
  'passcode.required': z.object({ ...where }),
  'passcode.wrong': z.object({ ...where }),
  'protection.required': z.object({}),
  'protection.locked': z.object({}),
  'source.not-found': z.object({ ...where }),
  /** `overlap` when `file` is a source already, and the place to be added is the same, lies inside it or around it. */
  'source.exists': z.object({ ...where, overlap: z.enum(['same', 'inside', 'around']).optional() }),
  'source.denied': z.object({ ...where, action: z.enum(['read', 'write']).optional() }),
  /** `guarded`: a shared store that nothing is written to until the person allows it. */
  'source.read-only': z.object({ ...where, guarded: z.boolean().optional() }),
  'source.locked': z.object({ ...where }),
  'source.changed': z.object({ ...where }),
  'source.too-large': z.object({ ...where, limit: z.string().optional() }),
  'source.unreachable': z.object({ ...where, reason: z.string().optional() }),
  'source.login-failed': z.object({ ...where }),
  /** A module of the person's own, which alone reaches the store, is off or at fault; `reason` says which. */
  'source.module-failed': z.object({ reason: z.string() }),
  'session.not-found': z.object({ ...where }),
  'session.duplicate': z.object({ name: z.string().optional() }),
  'session.no-key': z.object({ ...where }),
  /** The key was `made` by servers that those of `format` know nothing of. */
  'session.other-server': z.object({ format: z.string(), made: z.enum(['telegram', 'mtpylon']) }),
  /** `status` is one of `login-statuses.ts`: the login has ended, and how. */
  'telegram.unauthorized': z.object({ status: z.string().optional() }),
  'telegram.unreachable': z.object({ reason: z.string().optional() }),
  /** `cause` when not Telegram asks: the key was used over another way out a short while ago. */
  'telegram.wait': z.object({ seconds: z.number(), cause: z.enum(['way-out']).optional() }),
  /** No API id and hash in the settings. */
  'telegram.no-app': z.object({}),
  /** Telegram refuses the API id (`rejected`) or this version of the app (`outdated`). */
  'telegram.app-refused': z.object({ cause: z.enum(['rejected', 'outdated']) }),
  /** A login younger than 24 hours ends no others; `until` in Unix seconds. */
  'telegram.too-fresh': z.object({ until: z.number() }),
  /** A program has the session open, and the person did not insist. */
  'telegram.in-use': z.object({}),
  /** Something else talks to Telegram with this key at this moment. */
  'telegram.key-busy': z.object({}),
  /** An answer without a meaning here; `evidence` is Telegram's own text. */
  'telegram.refused': z.object({ evidence: z.string() }),
  'request.invalid': z.object({ field: z.string().optional(), reason: z.string() }),
  'request.confirmation': z.object({}),
  'request.expired': z.object({}),
  'request.unsupported': z.object({ reason: z.string() }),
  internal: z.object({ reason: z.string().optional() }),
} as const

export type ErrorCode = keyof typeof errorDetails
export type ErrorDetails<C extends ErrorCode> = z.infer<(typeof errorDetails)[C]>
export const errorCodes = Object.keys(errorDetails) as ErrorCode[]

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorDetails, value)
}
