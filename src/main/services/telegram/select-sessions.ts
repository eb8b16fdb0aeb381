import { setImmediate } from 'node:timers/promises'
import type { SkipReason } from '../../../shared/contract/telegram.ts'
import type { LoginStatus } from '../../../shared/login-statuses.ts'
import type { CatalogEntry } from '../../sources/catalog-types.ts'
import type { Ref } from '../../sources/interfaces.ts'
import { nameOf } from '../present.ts'
import { type AccessParts, plannedEndpoint, refusalOf } from './login-access.ts'
import type { AccessOptions, TelegramRoutes } from './telegram-core.ts'

/** Telegram is not asked again about a login within this, unless the person says so. */
const RECENT_MS = 10 * 60_000

/** A session that was chosen to be asked about, as far as the list tells. */
export interface Chosen {
  readonly ref: Ref
  readonly name: string
  readonly keyId: string | null
  /** Other sessions with the same key. */
  readonly copies: number
  /** Null where it can be asked. */
  readonly skip: SkipReason | null
  /** Names the way out and the data centre: what is asked there shares a pace. */
  readonly way: string
  /** For people: "DC 4", "DC 2 (test) over Office". */
  readonly wayLabel: string
  readonly wayOut: string
  readonly dcId: number
  readonly accountId: string | null
  /** Unix milliseconds of its last use or change, 0 when not known. */
  readonly usedAtMs: number
}

export interface SelectParts extends Omit<AccessParts, 'routes'> {
  readonly routes: Pick<TelegramRoutes, 'endpoint' | 'testNetwork' | 'wayOutName'>
  readonly now: () => number
}

export interface SelectOptions extends AccessOptions {
  readonly includeRecent: boolean
}

/** Sessions looked at between two pauses: the window is served meanwhile. */
const AT_ONCE = 200

/**
 * Looks up sessions in the list, the newest-used first; opens none. Of those with one key, the first stands for all: the
 * others are skipped as `same-key`.
 */
export async function selectSessions(
  parts: SelectParts,
  refs: readonly Ref[],
  options: SelectOptions,
): Promise<readonly Chosen[]> {
  const chosen: Chosen[] = []
  const seen = new Set<string>()
  const atOnce = { ...parts, routes: remembering(parts.routes) }
  for (const [index, ref] of refs.entries()) {
    const id = JSON.stringify([ref.sourceId, ref.key])
    if (!seen.has(id)) chosen.push(choose(atOnce, ref, options))
    seen.add(id)
    if (index % AT_ONCE === AT_ONCE - 1) await setImmediate()
  }
  const keys = new Set<string>()
  return chosen
    .toSorted((a, b) => b.usedAtMs - a.usedAtMs)
    .map((one) => {
      if (one.skip !== null || one.keyId === null) return one
      if (keys.has(one.keyId)) return { ...one, skip: 'same-key' }
      keys.add(one.keyId)
      return one
    })
}

/** Reads the settings once for each place, not for each of a hundred thousand sessions. */
function remembering(routes: SelectParts['routes']): SelectParts['routes'] {
  const endpoints = new Map<string, ReturnType<typeof routes.endpoint>>()
  const names = new Map<string | null, string>()
  const isTest = routes.testNetwork()
  return {
    testNetwork: () => isTest,
    endpoint: (dcId, test) => {
      const id = `${dcId} ${test}`
      const found = endpoints.get(id)
      if (found !== undefined) return found
      const endpoint = routes.endpoint(dcId, test)
      endpoints.set(id, endpoint)
      return endpoint
    },
    wayOutName: (sourceId) => {
      const name = names.get(sourceId) ?? routes.wayOutName(sourceId)
      names.set(sourceId, name)
      return name
    },
  }
}

function choose(parts: SelectParts, ref: Ref, options: SelectOptions): Chosen {
  const entry = parts.library.catalog.find(ref)
  if (entry === null) return unreadable(ref)
  const { summary } = entry
  const { keyId } = summary
  const endpoint = plannedEndpoint(parts, entry, options)
  const wayOut = parts.routes.wayOutName(ref.sourceId)
  const place = `DC ${endpoint?.id ?? '?'}${endpoint?.test ? ' (test)' : ''}`
  const refusal = refusalOf(parts, entry, options)
  return {
    ref,
    name: nameOf(entry),
    keyId,
    copies: Math.max(0, entry.copies - 1),
    skip: refusal ?? (keyId !== null && !options.includeRecent && isRecent(parts, keyId) ? 'recent' : null),
    way: JSON.stringify([wayOut, endpoint?.id, endpoint?.test]),
    wayLabel: wayOut === 'direct' ? place : `${place} over ${wayOut}`,
    wayOut,
    dcId: endpoint?.id ?? 0,
    accountId: summary.account?.id ?? accountIdOf(parts, keyId),
    usedAtMs: usedAtMsOf(entry),
  }
}

function unreadable(ref: Ref): Chosen {
  return {
    ref,
    name: ref.key,
    keyId: null,
    copies: 0,
    skip: 'unreadable',
    way: '',
    wayLabel: '',
    wayOut: 'direct',
    dcId: 0,
    accountId: null,
    usedAtMs: 0,
  }
}

/** Outcomes that were none of Telegram's word about the login: asking again soon is what a person wants then. */
const NO_ANSWER: ReadonlySet<LoginStatus> = new Set(['network', 'app-rejected', 'app-outdated'])

function isRecent({ logins, now }: SelectParts, keyId: string): boolean {
  const latest = logins.get(keyId)?.latest
  if (!latest || NO_ANSWER.has(latest.status)) return false
  return (latest.untilMs ?? 0) > now() || now() - latest.atMs < RECENT_MS
}

function accountIdOf({ logins }: SelectParts, keyId: string | null): string | null {
  const account = keyId === null ? null : logins.get(keyId)?.latest.account
  return account ? String(account.id) : null
}

function usedAtMsOf({ summary, facts }: CatalogEntry): number {
  return Math.max((summary.updateState?.date ?? 0) * 1000, (summary.savedAt ?? 0) * 1000, facts?.modifiedAtMs ?? 0)
}
