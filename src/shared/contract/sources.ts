import { z } from 'zod'
import { anyStoreKindSchema, call, passcodeSchema, problemSchema, refSchema, storeMediumSchema } from './common.ts'

/** Where a shared store is; nothing in it is secret. */
const storeLocationSchema = z.object({
  kind: anyStoreKindSchema,
  /**
   * `host:port` of each node; an URL for libSQL, `mongodb+srv://host` where DNS names the nodes, and for a kind of one's own
   * what its module takes for an address.
   */
  hosts: z.array(z.string().min(1).max(500)).min(1).max(50),
  /** Name or number; '' for the server's usual one. */
  database: z.string().max(200),
  user: z.string().max(200),
  tls: z.object({
    /** `verify` checks the certificate, `any` encrypts without knowing with whom. */
    mode: z.enum(['off', 'verify', 'any']),
    /** PEM of an authority of one's own; '' for the system's. */
    ca: z.string().max(200_000),
  }),
  topology: z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['single', 'cluster']) }),
    z.object({ kind: z.enum(['sentinel', 'replica-set']), name: z.string().min(1).max(200) }),
  ]),
  /** Sessions are looked for under this alone; '' for all. */
  prefix: z.string().max(200),
  options: z.record(z.string().max(50), z.string().max(200)).exactOptional(),
})
export type StoreLocation = z.infer<typeof storeLocationSchema>

/** A password on its way in: typed, or the one that a parsed address held, by its ticket. It never comes back. */
const storeSecretShape = {
  password: z.string().min(1).max(5000).optional(),
  ticket: z.string().optional(),
}

const storeTestSchema = z.object({
  /** "Redis 7.0.15" */
  server: z.string(),
  found: z.array(z.object({ formatId: z.string(), label: z.string(), prefix: z.string(), sessions: z.number() })),
  /** "Redis 7.0.15, 312 Telethon sessions under 3 prefixes" */
  text: z.string(),
})
export type StoreTest = z.infer<typeof storeTestSchema>

const sourceSchema = z.object({
  id: z.string(),
  kind: z.union([z.enum(['folder', 'file', 'vault', 'memory']), anyStoreKindSchema]),
  name: z.string(),
  /** Path shown to the user (home as ~), null for built-in sources. */
  location: z.string().nullable(),
  path: z.string().nullable(),
  state: z.enum(['scanning', 'live', 'error', 'locked']),
  problem: problemSchema.nullable(),
  sessions: z.number(),
  /** Files looked at that are not sessions. */
  ignored: z.number(),
  /** While scanning: files done and found so far. */
  progress: z.object({ done: z.number(), total: z.number().nullable() }).nullable(),
  removable: z.boolean(),
  writable: z.boolean(),
  /** Of a shared store. */
  store: z
    .object({
      location: storeLocationSchema,
      hasPassword: z.boolean(),
      readOnly: z.boolean(),
      /** "Acme KV", of a kind of one's own; null for the app's. */
      label: z.string().nullable(),
      /** Null while the module that knows is off. */
      medium: storeMediumSchema.nullable(),
    })
    .nullable(),
})
export type Source = z.infer<typeof sourceSchema>

const suggestionSchema = z.object({
  /** "Telegram Desktop (Flatpak)" */
  name: z.string(),
  path: z.string(),
  /** Path shown to the user (home as ~). */
  location: z.string(),
  /** The source that covers it already. */
  sourceId: z.string().nullable(),
})
export type Suggestion = z.infer<typeof suggestionSchema>

const one = z.object({ sourceId: z.string() })

export const sourcesContract = {
  list: call.output(z.array(sourceSchema)),
  /** A folder or a single file, by absolute path (`~` allowed). Answers at once; the scan goes on as a job. */
  add: call
    .input(z.object({ path: z.string().min(1).max(4096), name: z.string().max(200).optional() }))
    .output(sourceSchema),
  /**
   * Understands a connection string as programs have it in their configuration. A password in it stays behind the
   * ticket, in memory, for a quarter of an hour. @throws request.invalid
   */
  parseStoreAddress: call.input(z.object({ text: z.string().min(1).max(20_000) })).output(
    z.object({
      location: storeLocationSchema,
      hasPassword: z.boolean(),
      ticket: z.string().nullable(),
      /** Names of parameters that were left out of account. */
      ignored: z.array(z.string()),
    }),
  ),
  /**
   * Connects once and says what is there; keeps nothing. With `sourceId` the password kept for it is used, where the
   * server is the same. @throws source.unreachable, source.login-failed, source.not-found
   */
  testStore: call
    .input(z.object({ location: storeLocationSchema, ...storeSecretShape, sourceId: z.string().optional() }))
    .output(storeTestSchema),
  /**
   * A shared store, read only at first. Answers at once; it is connected to in the background.
   * @throws source.exists, protection.required when its password cannot be sealed yet
   */
  addStore: call
    .input(z.object({ location: storeLocationSchema, ...storeSecretShape, name: z.string().max(200).optional() }))
    .output(sourceSchema),
  /** Another address or password; `password: null` takes it away. A kept one goes to no other server. */
  updateStore: call
    .input(
      one.extend({
        location: storeLocationSchema.optional(),
        ...storeSecretShape,
        password: z.string().min(1).max(5000).nullable().optional(),
      }),
    )
    .output(sourceSchema),
  /** The switch between looking and changing; off for every new store. */
  allowWriting: call.input(one.extend({ allow: z.boolean(), confirmed: z.literal(true) })).output(sourceSchema),
  rename: call.input(one.extend({ name: z.string().min(1).max(200) })).output(sourceSchema),
  /** Forgets the source; touches no file. */
  remove: call.input(one).output(z.object({ removed: z.boolean() })),
  rescan: call.input(one).output(sourceSchema),
  /**
   * Opens a locked place (a row with `passcode`) for as long as the app is not locked; answers the sessions in it, which
   * are in the list by then. @throws passcode.wrong
   */
  unlock: call
    .input(z.object({ ref: refSchema, passcode: passcodeSchema }))
    .output(z.object({ refs: z.array(refSchema) })),
  /** Folders of known programs that are on this machine, to be offered by name. */
  suggestions: call.output(z.array(suggestionSchema)),
}
