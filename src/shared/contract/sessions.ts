import { z } from 'zod'
import {
  accountSchema,
  call,
  int64Schema,
  itemErrorSchema,
  passcodeQuestionSchema,
  problemSchema,
  refSchema,
  windowSchema,
} from './common.ts'
import { knownLoginSchema, loginStatusSchema } from './telegram.ts'

/** How a row stands: `unreadable` could not be read at all, `attention` was read with problems, `no-key` holds no login. */
const sessionStatusSchema = z.enum(['ok', 'attention', 'no-key', 'unreadable'])
export type SessionStatus = z.infer<typeof sessionStatusSchema>

export const sessionRowSchema = z.object({
  ref: refSchema,
  /** The name the user gave, else the file's or entry's own. */
  name: z.string(),
  status: sessionStatusSchema,
  account: accountSchema.nullable(),
  /** Lower-case library id and its proper name: "kurigram", "Kurigram". */
  library: z.string().nullable(),
  libraryLabel: z.string(),
  formatId: z.string().nullable(),
  /** What follows the library badge: "SQLite 7", "string". */
  formatLabel: z.string(),
  dcId: z.number().nullable(),
  test: z.boolean().nullable(),
  /** 16 hex digits, and four emoji made of them. */
  keyId: z.string().nullable(),
  fingerprint: z.string().nullable(),
  /** Sessions that hold this key, this one included. */
  copies: z.number(),
  peers: z.number().nullable(),
  /** Unix seconds: date of the update state. */
  updatedAt: z.number().nullable(),
  /** Unix milliseconds: last write of the file or entry. */
  modifiedAtMs: z.number().nullable(),
  tags: z.array(z.string()),
  sourceName: z.string(),
  inUse: z.boolean(),
  /** What Telegram last said about its key; null until it was asked. */
  login: knownLoginSchema.nullable(),
  /** First problem, for the tooltip. */
  problem: problemSchema.nullable(),
  /** Of a locked place: what to ask for, to be given to `sources.unlock`. */
  passcode: passcodeQuestionSchema.nullable(),
})
export type SessionRow = z.infer<typeof sessionRowSchema>

const sessionColumnSchema = z.enum([
  'status',
  'name',
  'account',
  'kind',
  'format',
  'dc',
  'key',
  'peers',
  'updated',
  'modified',
  'tags',
  'source',
  'login',
])
export type SessionColumn = z.infer<typeof sessionColumnSchema>

const sessionViewSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['all', 'users', 'bots', 'attention', 'duplicates']) }),
  z.object({ kind: z.literal('source'), sourceId: z.string() }),
  z.object({ kind: z.literal('tag'), tag: z.string() }),
  z.object({ kind: z.literal('key'), keyId: z.string() }),
])
export type SessionView = z.infer<typeof sessionViewSchema>

/** `unchecked`: holds a key that Telegram was never asked about. */
const loginFilterSchema = z.union([loginStatusSchema, z.literal('unchecked')])

/** Filters combine with AND, the values within one with OR. Empty lists do not filter. */
const sessionFiltersSchema = z.object({
  kinds: z.array(z.enum(['user', 'bot', 'unknown'])).default([]),
  libraries: z.array(z.string()).default([]),
  dcs: z.array(z.number()).default([]),
  sources: z.array(z.string()).default([]),
  tags: z.array(z.string()).default([]),
  statuses: z.array(sessionStatusSchema).default([]),
  test: z.boolean().nullable().default(null),
  inUse: z.boolean().nullable().default(null),
  /** What Telegram said; a final result counts even when a later check got no answer. */
  logins: z.array(loginFilterSchema).default([]),
})
export type SessionFilters = z.infer<typeof sessionFiltersSchema>

const sessionQuerySchema = z.object({
  view: sessionViewSchema,
  /** Matches name, username, user id, phone, key id, path, tags and notes. */
  search: z.string().max(500).default(''),
  filters: sessionFiltersSchema,
  sort: z.object({ column: sessionColumnSchema, direction: z.enum(['asc', 'desc']) }),
})
export type SessionQuery = z.infer<typeof sessionQuerySchema>

const facetSchema = z.array(z.object({ value: z.string(), label: z.string(), count: z.number() }))

const countsSchema = z.object({
  all: z.number(),
  users: z.number(),
  bots: z.number(),
  attention: z.number(),
  duplicates: z.number(),
  trash: z.number(),
  sources: z.record(z.string(), z.number()),
  tags: z.array(z.object({ tag: z.string(), count: z.number() })),
  /** For the filter chips. */
  libraries: facetSchema,
  dcs: facetSchema,
  /** Of what Telegram said, `unchecked` included; only those that occur. */
  logins: z.array(z.object({ value: loginFilterSchema, label: z.string(), count: z.number() })),
})
export type Counts = z.infer<typeof countsSchema>

/** Bits of Telegram's dcOption. */
const dcFlagSchema = z.enum(['ipv6', 'media', 'obfuscated-only', 'cdn', 'static', 'this-port-only'])
export type DcFlag = z.infer<typeof dcFlagSchema>

const dataCenterSchema = z.object({
  id: z.number(),
  address: z.string().nullable(),
  port: z.number().nullable(),
  hasKey: z.boolean(),
  home: z.boolean(),
  /** The address is not stored but implied by the DC id. */
  implied: z.boolean(),
  flags: z.array(dcFlagSchema),
  /** A server salt is stored; never which. */
  hasSalt: z.boolean(),
  /** Seconds the server's clock is ahead; null where none is stored. */
  timeOffset: z.number().nullable(),
})

const updateStateSchema = z.object({
  pts: z.number().nullable(),
  qts: z.number().nullable(),
  date: z.number().nullable(),
  seq: z.number().nullable(),
})

const sessionDetailSchema = z.object({
  row: sessionRowSchema,
  note: z.string(),
  givenName: z.string().nullable(),
  /** "Telethon SQLite, version 7" */
  formatText: z.string(),
  path: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  /** Octal text such as "0644", null where the system has none. */
  mode: z.string().nullable(),
  /** Others on this machine can read the file. */
  exposed: z.boolean(),
  companions: z.array(z.object({ name: z.string(), sizeBytes: z.number() })),
  inUseBy: z.array(z.object({ name: z.string(), pid: z.number().nullable() })),
  dataCenters: z.array(dataCenterSchema),
  apiId: z.number().nullable(),
  savedAt: z.number().nullable(),
  hasTakeout: z.boolean().nullable(),
  hasTemporaryKey: z.boolean(),
  /** A token from logging out, with which the account signs in again without a code. */
  hasFutureAuthToken: z.boolean(),
  /** Beside the one in the row. */
  extraUsernames: z.array(z.string()),
  /** Null where the format does not say. */
  isPremium: z.boolean().nullable(),
  /** Whose servers made the key: one of `mtpylon` is none of Telegram's. */
  server: z.enum(['telegram', 'mtpylon']),
  updateState: updateStateSchema.nullable(),
  channelStates: z.number().nullable(),
  sentFiles: z.number().nullable(),
  /** Messages that stand in for access hashes. */
  minContexts: z.number().nullable(),
  /** Set while the place is locked, also where it was open before: `sources.unlock` takes the answer. */
  passcode: passcodeQuestionSchema.nullable(),
  problems: z.array(problemSchema),
  /** Other sessions with the same key. */
  copies: z.array(sessionRowSchema),
  abilities: z.object({
    peers: z.boolean(),
    files: z.boolean(),
    raw: z.boolean(),
    export: z.boolean(),
    delete: z.boolean(),
    makePrivate: z.boolean(),
  }),
})
export type SessionDetail = z.infer<typeof sessionDetailSchema>

const channelStateSchema = z.object({
  channelId: int64Schema,
  markedId: int64Schema,
  name: z.string().nullable(),
  pts: z.number().nullable(),
  date: z.number().nullable(),
})
export type ChannelState = z.infer<typeof channelStateSchema>

const sentFileSchema = z.object({
  md5: z.string(),
  sizeBytes: int64Schema,
  type: z.enum(['document', 'photo']),
  id: int64Schema,
  accessHash: int64Schema,
})
export type SentFile = z.infer<typeof sentFileSchema>

const rawTableSchema = z.object({
  name: z.string(),
  rows: z.number(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), primaryKey: z.boolean() })),
})
export type RawTable = z.infer<typeof rawTableSchema>

/** Cells as text; secrets as `{secret}` with their length only. */
const rawCellSchema = z.union([
  z.object({ kind: z.enum(['null', 'integer', 'real', 'text', 'blob']), text: z.string() }),
  z.object({ kind: z.literal('secret'), byteLength: z.number() }),
])
export type RawCell = z.infer<typeof rawCellSchema>

const deleteResultSchema = z.object({
  ref: refSchema,
  name: z.string(),
  trashId: z.string().nullable(),
  error: itemErrorSchema.nullable(),
})

const one = z.object({ ref: refSchema })

export const sessionsContract = {
  list: call
    .input(sessionQuerySchema.extend(windowSchema.shape))
    .output(z.object({ total: z.number(), revision: z.number(), rows: z.array(sessionRowSchema) })),
  /** Refs of everything a query matches: select all, bulk actions. */
  refs: call.input(sessionQuerySchema).output(z.array(refSchema)),
  counts: call.output(countsSchema),
  get: call.input(one).output(sessionDetailSchema),
  channelStates: call
    .input(one.extend(windowSchema.shape))
    .output(z.object({ total: z.number(), rows: z.array(channelStateSchema) })),
  sentFiles: call
    .input(one.extend(windowSchema.shape))
    .output(z.object({ total: z.number(), rows: z.array(sentFileSchema) })),
  rawTables: call.input(one).output(z.array(rawTableSchema)),
  rawRows: call
    .input(one.extend({ table: z.string(), ...windowSchema.shape }))
    .output(z.object({ total: z.number(), rows: z.array(z.array(rawCellSchema)) })),
  /** `name: null` takes the given name away; absent members stay as they are. */
  annotate: call
    .input(
      z.object({
        refs: z.array(refSchema).min(1),
        name: z.string().max(200).nullable().optional(),
        note: z.string().max(10_000).optional(),
        addTags: z.array(z.string().min(1).max(50)).default([]),
        removeTags: z.array(z.string()).default([]),
      }),
    )
    .output(z.object({ changed: z.number() })),
  /** Moves to the trash; a result per session. */
  delete: call.input(z.object({ refs: z.array(refSchema).min(1) })).output(z.array(deleteResultSchema)),
  /** Takes read rights of others away: mode 0600, 0700 of a folder. */
  makePrivate: call.input(one).output(z.object({ mode: z.string() })),
}
