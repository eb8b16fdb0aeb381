import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { loginStatuses } from '../login-statuses.ts'
import { accountSchema, call, int64Schema, itemErrorSchema, refSchema } from './common.ts'
import { targetSchema, valuesSchema } from './exports.ts'

export const loginStatusSchema = z.enum(loginStatuses)

/** What Telegram last said about a login, and how it was asked. */
const loginResultSchema = z.object({
  status: loginStatusSchema,
  /** Unix milliseconds. */
  atMs: z.number(),
  /** "direct", or the name of a proxy. */
  wayOut: z.string(),
  dcId: z.number(),
  test: z.boolean(),
  /** "401 SESSION_REVOKED", "no answer in 15 s" */
  evidence: z.string(),
  /** Of `rate-limited`: Unix milliseconds. */
  untilMs: z.number().nullable(),
  /** Of `wrong-dc`. */
  newDcId: z.number().nullable(),
  account: accountSchema.extend({ name: z.string() }).nullable(),
})
export type LoginResult = z.infer<typeof loginResultSchema>

/** `final` is an older result that still stands beside a latest one that is not final. */
export const knownLoginSchema = z.object({ latest: loginResultSchema, final: loginResultSchema.nullable() })
export type KnownLogin = z.infer<typeof knownLoginSchema>

const portSchema = z.number().int().min(1).max(65_535)

const proxyKindSchema = z.enum(['socks5', 'http', 'mtproxy'])
export type ProxyKind = z.infer<typeof proxyKindSchema>

const proxySchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: proxyKindSchema,
  host: z.string(),
  port: z.number(),
  user: z.string(),
  /** A password or MTProxy secret is kept, sealed; never which. */
  hasSecret: z.boolean(),
})
export type Proxy = z.infer<typeof proxySchema>

const newProxySchema = z.object({
  name: z.string().min(1).max(100),
  kind: proxyKindSchema,
  host: z.string().min(1).max(255),
  port: portSchema,
  user: z.string().max(255).default(''),
  /** Password, or the secret of an MTProxy in hexadecimal or base64. Crosses once. */
  secret: z.string().max(1000).nullable().default(null),
})
export type NewProxy = z.infer<typeof newProxySchema>

const dcOverrideSchema = z.object({
  dcId: z.number().int().min(1).max(1000),
  /** An IP literal. */
  host: z.string().min(1).max(100),
  port: portSchema,
})
export type DcOverride = z.infer<typeof dcOverrideSchema>

const telegramSettingsSchema = z.object({
  /** Null until the person gave one; none is shipped. */
  apiId: z.number().nullable(),
  hasApiHash: z.boolean(),
  /** Further API ids whose hash is kept: sessions that store one of them are asked under it. */
  moreApiIds: z.array(z.number()),
  proxies: z.array(proxySchema),
  /** The way out for every source that has none of its own; null for direct. */
  proxyId: z.string().nullable(),
  /** By source id; null for direct. */
  sourceProxies: z.record(z.string(), z.string().nullable()),
  /** New logins, and sessions that do not say, belong to the test network. */
  testNetwork: z.boolean(),
  /** Other addresses instead of Telegram's own: for a local server. Shown openly wherever something is contacted. */
  dcOverrides: z.array(dcOverrideSchema),
  /** RSA public keys of that server, PKCS#1 PEM: new logins need them. */
  serverKeys: z.array(z.string()),
  /** The person was told what a check does. */
  explained: z.boolean(),
})
export type TelegramSettings = z.infer<typeof telegramSettingsSchema>

const apiIdSchema = z.number().int().positive().max(2_147_483_647)

/** 32 hexadecimal digits; crosses once, is kept sealed. */
const apiHashSchema = z.string().regex(/^[0-9a-fA-F]{32}$/)

/** Absent members stay as they are. */
const telegramChangeSchema = z.object({
  apiId: apiIdSchema.nullable().optional(),
  apiHash: apiHashSchema.nullable().optional(),
  proxyId: z.string().nullable().optional(),
  sourceProxies: z.record(z.string(), z.string().nullable()).optional(),
  testNetwork: z.boolean().optional(),
  dcOverrides: z.array(dcOverrideSchema).max(50).optional(),
  serverKeys: z.array(z.string().max(5000)).max(10).optional(),
  explained: z.boolean().optional(),
})
export type TelegramChange = z.infer<typeof telegramChangeSchema>

/** Where something is contacted at this moment. */
export const contactSchema = z.object({
  wayOut: z.string(),
  dcId: z.number(),
  test: z.boolean(),
  /** "149.154.167.41:443" */
  address: z.string(),
  /** How many conversations. */
  count: z.number(),
})
export type Contact = z.infer<typeof contactSchema>

/** Why a session is left out: shown with a count before, and as the result of its item. */
const skipReasonSchema = z.enum([
  /** No usable key, or one that was not made by Telegram. */
  'no-key',
  /** A bot uses it at this moment. */
  'in-use',
  /** Asked less than ten minutes ago. */
  'recent',
  /** The session does not say in which data centre its key is. */
  'no-dc',
  /** Its source cannot be read now, or is locked. */
  'unreadable',
  /** Another item of the same job has the same key. */
  'same-key',
  /** It has ended already. */
  'ended',
])
export type SkipReason = z.infer<typeof skipReasonSchema>

const refsShape = { refs: z.array(refSchema).min(1).max(100_000) }

const checkOptionsShape = {
  ...refsShape,
  /** Also those a bot has open: Telegram may end them. */
  includeInUse: z.boolean().default(false),
  /** Also those asked less than ten minutes ago. */
  includeRecent: z.boolean().default(false),
  /** Where to ask instead, for sessions that do not say for certain. */
  elsewhere: z
    .object({ dcId: z.number().int().min(1).max(5), test: z.boolean() })
    .nullable()
    .default(null),
}

const checkPlanSchema = z.object({
  total: z.number(),
  ready: z.number(),
  skipped: z.array(z.object({ reason: skipReasonSchema, count: z.number() })),
  /** How long it takes at the pace kept towards Telegram. */
  seconds: z.object({ least: z.number(), most: z.number() }),
  /** Where it goes: "direct", names of proxies. */
  waysOut: z.array(z.string()),
  dcIds: z.array(z.number()),
  /** The API id and hash are missing: settings first. */
  needsApp: z.boolean(),
  /** Say what a check does before the first one. */
  explain: z.boolean(),
})
export type CheckPlan = z.infer<typeof checkPlanSchema>

/** One session of a check, or one of a log-out. */
const resultItemSchema = z.object({
  ref: refSchema,
  name: z.string(),
  outcome: z.enum([
    /** A check has its answer: `login`. */
    'checked',
    'skipped',
    /** Logged out by us. */
    'logged-out',
    /** It had ended before: `login` says how. */
    'already',
    /** The answer to the log-out was lost, and no check could settle it. */
    'in-doubt',
    'failed',
  ]),
  skipped: skipReasonSchema.nullable(),
  login: loginResultSchema.nullable(),
  /** A whole sentence for `skipped` and `failed`, else ''. */
  reason: z.string(),
  /** Copies of the key in other places that share this result. */
  copies: z.number(),
  /** Of a log-out with `thenDelete`. */
  trashId: z.string().nullable(),
})
export type ResultItem = z.infer<typeof resultItemSchema>

const progressSchema = z.object({
  done: z.number(),
  total: z.number(),
  state: z.enum(['running', 'paused', 'done', 'cancelled', 'stopped']),
  /** A whole sentence about why it is paused, slowed or stopped, else ''. */
  note: z.string(),
  /** Five bans or kills in a row: goes on when the person says so (`jobs.resume`). */
  asks: z.boolean(),
  secondsLeft: z.number().nullable(),
})
export type TelegramProgress = z.infer<typeof progressSchema>

const telegramEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('item'), item: resultItemSchema }),
  z.object({ type: z.literal('progress'), progress: progressSchema }),
])
export type TelegramEvent = z.infer<typeof telegramEventSchema>

const revokeItemSchema = z.object({
  ref: refSchema,
  name: z.string(),
  account: accountSchema.nullable(),
  keyId: z.string().nullable(),
  fingerprint: z.string().nullable(),
  /** Other places of the same key: all of them end. */
  copies: z.array(z.object({ ref: refSchema, name: z.string(), sourceName: z.string() })),
  /** Programs that use it at this moment. */
  inUseBy: z.array(z.string()),
  /** Why it cannot be logged out: a whole sentence. */
  refused: z.string().nullable(),
  known: knownLoginSchema.nullable(),
})
export type RevokeItem = z.infer<typeof revokeItemSchema>

const deviceSchema = z.object({
  /** Public handle, decimal; "0" for the asking login. */
  hash: int64Schema,
  current: z.boolean(),
  officialApp: z.boolean(),
  passwordPending: z.boolean(),
  unconfirmed: z.boolean(),
  deviceModel: z.string(),
  platform: z.string(),
  systemVersion: z.string(),
  apiId: z.number(),
  appName: z.string(),
  appVersion: z.string(),
  /** Unix seconds. */
  createdAt: z.number(),
  activeAt: z.number(),
  ip: z.string(),
  country: z.string(),
  region: z.string(),
})
export type Device = z.infer<typeof deviceSchema>

const devicesSchema = z.object({
  devices: z.array(deviceSchema),
  ttlDays: z.number(),
  /** Unix seconds from which this login may end others (24 hours after it was made); null when it may now. */
  mayEndFrom: z.number().nullable(),
  login: loginResultSchema,
})
export type Devices = z.infer<typeof devicesSchema>

/** Where new logins go: as with an import. They are made over the way out of that source. */
const destinationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('source'), sourceId: z.string() }),
  z.object({ kind: z.literal('folder'), path: z.string() }),
])

const newLoginShape = {
  destination: destinationSchema,
  /** Format of what is written into a folder or store; the vault and memory keep everything and ignore it. */
  target: targetSchema.nullable(),
  values: valuesSchema,
  /** The data centre that is asked first. */
  dcId: z.number().int().min(1).max(5).default(2),
  test: z.boolean().default(false),
}

/** Where a login that was made now lies; it went into the vault (or memory) when the wanted place refused it. */
const savedLoginSchema = z.object({
  ref: refSchema.nullable(),
  path: z.string().nullable(),
  account: accountSchema.extend({ name: z.string() }),
  /** Why it is not where it was wanted: a whole sentence, else null. */
  elsewhere: z.string().nullable(),
})
export type SavedLogin = z.infer<typeof savedLoginSchema>

const loginEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), loginId: z.string() }),
  /** To be shown as a QR code; good for about half a minute, then another follows. */
  z.object({ type: z.literal('qr'), link: z.string(), expiresAtMs: z.number() }),
  z.object({ type: z.literal('scanned') }),
  /** Answer with `answerLogin`. `refused`: why the last answer was not good, a whole sentence. */
  z.object({
    type: z.literal('code'),
    where: z.string(),
    length: z.number().nullable(),
    refused: z.string().nullable(),
  }),
  z.object({ type: z.literal('password'), hint: z.string().nullable(), refused: z.string().nullable() }),
  z.object({ type: z.literal('made'), saved: savedLoginSchema }),
  z.object({ type: z.literal('failed'), error: itemErrorSchema }),
])
export type LoginEvent = z.infer<typeof loginEventSchema>

const botLoginEventSchema = z.discriminatedUnion('type', [
  /** `line` of what was pasted, from 1. `bot` is the number before the colon. */
  z.object({
    type: z.literal('item'),
    line: z.number(),
    bot: z.string(),
    saved: savedLoginSchema.nullable(),
    error: itemErrorSchema.nullable(),
  }),
  z.object({ type: z.literal('done'), made: z.number(), failed: z.number() }),
])
export type BotLoginEvent = z.infer<typeof botLoginEventSchema>

const one = z.object({ ref: refSchema })
const confirmed = { confirmed: z.literal(true) }
const started = z.object({ jobId: z.string() })

const settingsCalls = {
  settings: call.output(telegramSettingsSchema),
  /** @throws protection.required when the hash cannot be sealed yet, request.invalid */
  changeSettings: call.input(telegramChangeSchema).output(telegramSettingsSchema),
  /** @throws protection.required, request.invalid */
  addProxy: call.input(newProxySchema).output(telegramSettingsSchema),
  removeProxy: call.input(z.object({ id: z.string() })).output(telegramSettingsSchema),
  /** A further API id, for the sessions that store it. @throws protection.required, request.invalid */
  addApp: call.input(z.object({ apiId: apiIdSchema, apiHash: apiHashSchema })).output(telegramSettingsSchema),
  removeApp: call.input(z.object({ apiId: z.number() })).output(telegramSettingsSchema),
  /** What is contacted now; events of type `network` follow it. */
  contacts: call.output(z.array(contactSchema)),
}

const checkCalls = {
  planCheck: call.input(z.object(checkOptionsShape)).output(checkPlanSchema),
  /**
   * Starts asking, at a pace that does no harm, and answers at once; the job goes on without the window. `jobs.pause`,
   * `jobs.resume` and `jobs.cancel` steer it. @throws telegram.no-app
   */
  check: call.input(z.object(checkOptionsShape)).output(started),
  /** Every result of a check or log-out so far, then those to come, until it ends. @throws request.expired */
  results: call.input(started).output(eventIterator(telegramEventSchema)),
}

const revokeCalls = {
  planRevoke: call.input(z.object(refsShape)).output(z.array(revokeItemSchema)),
  /** Logs out at Telegram, for good; every copy of each key ends. @throws telegram.no-app */
  revoke: call
    .input(
      z.object({
        ...refsShape,
        ...confirmed,
        thenDelete: z.boolean().default(false),
        includeInUse: z.boolean().default(false),
      }),
    )
    .output(started),
}

const deviceCalls = {
  /** @throws telegram.* with the status where the login did not answer, request.unsupported for bots */
  devices: call.input(one.extend({ includeInUse: z.boolean().default(false) })).output(devicesSchema),
  /** Ends one other login of the account; answers the list as it is then. @throws telegram.*, telegram.too-fresh */
  endDevice: call
    .input(one.extend({ hash: int64Schema, ...confirmed, includeInUse: z.boolean().default(false) }))
    .output(devicesSchema),
  /** The sessions known here that die with “end all others”, and the word to type. */
  planEndOthers: call.input(one).output(
    z.object({
      word: z.string(),
      sessions: z.array(z.object({ ref: refSchema, name: z.string(), sourceName: z.string(), keyId: z.string() })),
    }),
  ),
  /** `typed` is the word of the plan. @throws request.confirmation, telegram.*, telegram.too-fresh */
  endOthers: call
    .input(one.extend({ typed: z.string().max(200), includeInUse: z.boolean().default(false) }))
    .output(devicesSchema),
}

const loginCalls = {
  /** One login per line. The tokens cross once. @throws telegram.no-app, protection.required */
  logInBots: call
    .input(z.object({ tokens: z.string().min(1).max(200_000), ...newLoginShape }))
    .output(eventIterator(botLoginEventSchema)),
  /** Ending the stream ends the login. @throws telegram.no-app, protection.required */
  logIn: call
    .input(
      z.object({
        method: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('qr') }),
          z.object({ kind: z.literal('phone'), phone: z.string().min(5).max(32) }),
        ]),
        ...newLoginShape,
      }),
    )
    .output(eventIterator(loginEventSchema)),
  /** The code or the password that was asked for; crosses once. @throws request.expired */
  answerLogin: call
    .input(z.object({ loginId: z.string(), answer: z.string().min(1).max(1000) }))
    .output(z.object({ accepted: z.boolean() })),
}

/** The only calls that contact the network. Nothing here is ever done by itself. */
export const telegramContract = { ...settingsCalls, ...checkCalls, ...revokeCalls, ...deviceCalls, ...loginCalls }
