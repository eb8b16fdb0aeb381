import { isIP, isIPv6 } from 'node:net'
import { join, resolve } from 'node:path'
import { UsageError } from '../../headless/arguments.ts'
import { defaultRoot } from '../../shell/data-folder.ts'
import { telegramAddress } from '../../telegram/addresses.ts'
import type { AppIdentity, Endpoint, WayOut } from '../../telegram/gateway.ts'
import { PACE, type PaceLimits } from '../../telegram/pace.ts'
import { wipeRoute } from '../../telegram/wipe.ts'
import { parsePairs } from '../arguments.ts'
import type { CliIo } from '../io.ts'
import { readApp } from './app-identity.ts'
import { readWayOut } from './proxy.ts'

/** Options of every command that contacts Telegram, for `parseCommand`. */
export const TELEGRAM_OPTIONS = {
  json: { type: 'boolean', default: false },
  app: { type: 'string' },
  proxy: { type: 'string' },
  test: { type: 'boolean', default: false },
  dc: { type: 'string', multiple: true, default: [] as string[] },
  data: { type: 'string' },
  pace: { type: 'string' },
  'include-in-use': { type: 'boolean', default: false },
  'keep-going': { type: 'boolean', default: false },
} as const

/** The lines of `--help` about them. */
export const TELEGRAM_HELP = `  --app FILE        your API id and hash: two lines, or JSON with api_id and api_hash; a file that you alone can read.
                    Left out: the environment variables SESSION_DECK_API_ID and SESSION_DECK_API_HASH
  --proxy FILE      holds socks5://… or http://… (with USER:PASSWORD@), or a link tg://proxy?…; a file that you alone can
                    read. Left out: the environment variable SESSION_DECK_PROXY, else no proxy
  --test            sessions that do not say belong to the test network
  --dc N=HOST:PORT  another address for data centre N, a server of your own; those not named are not asked then
  --data DIR        the data folder whose locks are kept, as serve has it (default: the app's own)
  --pace SECONDS    between two starts at one data centre (default 1; shorter only with --dc)
  --include-in-use  also sessions that a program has open: Telegram may end them for good
  --keep-going      also after five bans or kills in a row
`

interface Values {
  readonly app?: string | undefined
  readonly proxy?: string | undefined
  readonly test: boolean
  readonly dc: readonly string[]
  readonly data?: string | undefined
  readonly pace?: string | undefined
  readonly 'include-in-use': boolean
  readonly 'keep-going': boolean
}

/** How Telegram is asked. Call `forget` in a `finally`. */
export interface TelegramRoute {
  readonly app: AppIdentity
  readonly wayOut: WayOut
  /** Sessions that do not say belong to it. */
  readonly testNetwork: boolean
  /** The addresses given with `--dc`, as text: "DC 2 at 127.0.0.1:4443". */
  readonly overridden: readonly string[]
  readonly limits: PaceLimits
  /** Where the app keeps its own data: its locks are shared with a window that is open. */
  readonly dataFolder: string
  readonly includeInUse: boolean
  readonly keepGoing: boolean
  /** Telegram's own address, unless addresses were given: then those alone. */
  endpoint(dcId: number, test: boolean): Endpoint | null
  forget(): void
}

/** @throws UsageError, AppError source.not-found, source.denied */
export async function readRoute(io: Pick<CliIo, 'env'>, values: Values): Promise<TelegramRoute> {
  const overrides = parseOverrides(values.dc)
  const limits = limitsOf(values.pace, overrides.size > 0)
  const app = await readApp(io, values.app)
  const wayOut = await readWayOut(io, values.proxy)
  return {
    app,
    wayOut,
    testNetwork: values.test,
    overridden: [...overrides].map(([id, place]) => `DC ${id} at ${addressText(place)}`),
    limits,
    dataFolder: join(values.data === undefined ? defaultRoot() : resolve(values.data), 'data'),
    includeInUse: values['include-in-use'],
    keepGoing: values['keep-going'],
    endpoint: (dcId, test) => {
      if (overrides.size === 0) return telegramAddress(dcId, test)
      const place = overrides.get(dcId)
      return place ? { id: dcId, ...place, test } : null
    },
    forget: () => {
      wipeRoute({ app, wayOut })
    },
  }
}

/** `149.154.167.41:443`, `[::1]:443`. */
export function addressText({ host, port }: Pick<Endpoint, 'host' | 'port'>): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}

type Place = Pick<Endpoint, 'host' | 'port'>

function parseOverrides(texts: readonly string[]): ReadonlyMap<number, Place> {
  const pairs = parsePairs(texts, '--dc')
  if (pairs.size < texts.length) throw new UsageError('--dc names a data centre twice')
  return new Map([...pairs].map(([id, address]) => [dcIdOf(id), placeOf(address)]))
}

function dcIdOf(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new UsageError('--dc takes N=HOST:PORT, N being the number of a data centre')
  return Number(text)
}

function placeOf(text: string): Place {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain ?? ''
  const port = Number(digits)
  if (isIP(host) === 0 || port < 1 || port > 65_535) {
    throw new UsageError('--dc takes N=HOST:PORT, HOST being an IP address')
  }
  return { host, port }
}

/** Telegram is never asked faster than the app does it. */
function limitsOf(text: string | undefined, isOwnServer: boolean): PaceLimits {
  if (text === undefined) return PACE
  const seconds = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(seconds)) throw new UsageError('--pace takes seconds')
  if (seconds * 1000 < PACE.gapMs && !isOwnServer) {
    throw new UsageError('--pace takes a second or more: less is for servers of your own, given with --dc')
  }
  const gapMs = Math.round(seconds * 1000)
  return gapMs === 0 ? { ...PACE, gapMs, burst: 1000, burstMs: 0 } : { ...PACE, gapMs, burst: 1, burstMs: gapMs }
}
