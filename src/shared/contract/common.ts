import { oc } from '@orpc/contract'
import { z } from 'zod'
import { type ErrorCode, errorCodes, errorDetails } from '../error-codes.ts'

/** Names a session: a source and the session's key within it (a path below a folder, an entry id in the vault). */
export const refSchema = z.object({ sourceId: z.string(), key: z.string() })
export type Ref = z.infer<typeof refSchema>

/** A whole sentence about something wrong or noteworthy. */
export const problemSchema = z.object({ code: z.string(), message: z.string() })

/** 64-bit integers travel as decimal text. */
export const int64Schema = z.string().regex(/^-?\d{1,20}$/)

/** Servers that sessions are shared by. */
const storeKindSchema = z.enum(['redis', 'mongodb', 'postgres', 'mysql', 'libsql'])
export type StoreKind = z.infer<typeof storeKindSchema>

/** A store that a module of the person's own reaches: the module's id for it follows the colon. */
const customKindSchema = z.templateLiteral(['custom:', z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/)])
export type CustomKind = z.infer<typeof customKindSchema>

export const anyStoreKindSchema = z.union([storeKindSchema, customKindSchema])
export type AnyStoreKind = z.infer<typeof anyStoreKindSchema>

/** What sessions lie in within a shared store. */
export const storeMediumSchema = z.enum(['keyvalue', 'documents', 'tables'])

export const windowSchema = z.object({
  offset: z.number().int().min(0),
  limit: z.number().int().min(1).max(500),
})

export const accountSchema = z.object({
  id: int64Schema,
  isBot: z.boolean().nullable(),
  username: z.string().nullable(),
  phone: z.string().nullable(),
})
export type Account = z.infer<typeof accountSchema>

/** How the word that opens a locked place is asked for: "Local passcode", and where a person finds it. */
export const passcodeQuestionSchema = z.object({ label: z.string(), help: z.string() })
export type PasscodeQuestion = z.infer<typeof passcodeQuestionSchema>

/** A passcode or database key on its way in: crosses once, is kept in memory alone and never comes back. */
export const passcodeSchema = z.string().min(1).max(1000)

/** Result of one item of a job: a job never fails as a whole. */
export const itemErrorSchema = z.object({ code: z.string(), message: z.string() })

type ErrorMap = { [C in ErrorCode]: { data: (typeof errorDetails)[C] } }
const errorMap = Object.fromEntries(errorCodes.map((code) => [code, { data: errorDetails[code] }])) as ErrorMap

/** Every call declares the same table of errors. */
export const call = oc.errors(errorMap)
