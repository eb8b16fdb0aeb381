import { z } from 'zod'
import type { Library } from '../../sources/interfaces.ts'

const NAME = 'telegram'

const keptProxySchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['socks5', 'http', 'mtproxy']),
  host: z.string(),
  port: z.number(),
  user: z.string(),
  /** Sealed, base64; null for none. */
  secret: z.string().nullable(),
})
export type KeptProxy = z.infer<typeof keptProxySchema>

const keptSchema = z.object({
  apiId: z.number().nullable(),
  /** Sealed, base64. */
  apiHash: z.string().nullable(),
  /** For sessions that store another API id; hashes as above. */
  moreApps: z.array(z.object({ apiId: z.number(), apiHash: z.string() })),
  proxies: z.array(keptProxySchema),
  proxyId: z.string().nullable(),
  sourceProxies: z.record(z.string(), z.string().nullable()),
  testNetwork: z.boolean(),
  dcOverrides: z.array(z.object({ dcId: z.number(), host: z.string(), port: z.number() })),
  serverKeys: z.array(z.string()),
  explained: z.boolean(),
})
/** The settings as they lie in the app's database: nothing secret is in clear. */
export type KeptSettings = z.infer<typeof keptSchema>

/** Made once: it is read for each session that is asked about. */
const anySchema = keptSchema.partial()

const DEFAULTS: KeptSettings = {
  apiId: null,
  apiHash: null,
  moreApps: [],
  proxies: [],
  proxyId: null,
  sourceProxies: {},
  testNetwork: false,
  dcOverrides: [],
  serverKeys: [],
  explained: false,
}

/**
 * What was kept, with defaults for what an older release did not know. What cannot be understood at all counts as
 * nothing kept: without an API id nobody is contacted, so that no damaged way out is passed over.
 */
export function readKept(settings: Library['settings']): KeptSettings {
  const kept = anySchema.safeParse(settings.get(NAME) ?? {})
  const given = Object.entries(kept.success ? kept.data : {}).filter(([, value]) => value !== undefined)
  return { ...DEFAULTS, ...(Object.fromEntries(given) as Partial<KeptSettings>) }
}

export function writeKept(settings: Library['settings'], kept: KeptSettings): void {
  settings.set(NAME, kept)
}
