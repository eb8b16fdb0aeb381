import type { SkipReason } from '../../../shared/contract/telegram.ts'
import { isAppError } from '../../domain/errors.ts'
import type { LoginStatus } from '../../../shared/login-statuses.ts'
import type { Secret } from '../../domain/secret.ts'
import { homeFacts } from '../../formats/session-facts.ts'
import type { CatalogEntry } from '../../sources/catalog-types.ts'
import type { Library, Ref } from '../../sources/interfaces.ts'
import type { LoginResults } from '../../sources/login-results.ts'
import type { Endpoint } from '../../telegram/gateway.ts'
import { type LoginKey, loginKeyOf } from '../../telegram/login-key.ts'
import { wipe } from '../../telegram/wipe.ts'
import type { AccessOptions, TelegramRoutes } from './telegram-core.ts'

export interface AccessParts {
  readonly library: Pick<Library, 'catalog' | 'scanner' | 'store'>
  readonly logins: Pick<LoginResults, 'get'>
  readonly routes: Pick<TelegramRoutes, 'endpoint' | 'testNetwork'>
}

/** What is needed to ask about a session. `authKey` is a copy of its own: wipe it. */
interface OpenedLogin {
  readonly kind: 'opened'
  readonly keyId: string
  readonly endpoint: Endpoint
  readonly authKey: Secret
}

type Skipped = { readonly kind: 'skipped'; readonly reason: SkipReason }

/** Takes the key and its data centre out of a session, or says why it cannot be asked. @throws AppError session.not-found */
export async function openLogin(parts: AccessParts, ref: Ref, options: AccessOptions): Promise<OpenedLogin | Skipped> {
  const entry = parts.library.catalog.get(ref)
  const known = refusalOf(parts, entry, options)
  if (known !== null && known !== 'in-use') return skipped(known)
  if (!options.includeInUse && (await isInUse(parts.library, entry))) return skipped('in-use')
  const taken = await takeKey(parts.library, ref)
  if (typeof taken === 'string') return skipped(taken)
  const endpoint = endpointOf(parts, taken, options)
  if (endpoint === null) {
    wipe(taken.authKey)
    return skipped('no-dc')
  }
  return { kind: 'opened', keyId: taken.keyId, endpoint, authKey: taken.authKey }
}

/** What the list alone tells of why a session cannot be asked; null for nothing. Opens no session. */
export function refusalOf(parts: AccessParts, entry: CatalogEntry, options: AccessOptions): SkipReason | null {
  const { summary } = entry
  if (summary.format === null) return 'unreadable'
  if (summary.keyId === null || summary.server !== undefined) return 'no-key'
  if (!options.includeInUse && copiesOf(parts.library, entry).some(({ inUse }) => inUse)) return 'in-use'
  return plannedEndpoint(parts, entry, options) === null ? 'no-dc' : null
}

/** Where a session is asked, as far as the list tells; null where it does not. */
export function plannedEndpoint(parts: AccessParts, entry: CatalogEntry, options: AccessOptions): Endpoint | null {
  const { keyId, test } = entry.summary
  if (keyId === null) return null
  return endpointOf(parts, { keyId, dcId: homeFacts(entry.summary)?.id ?? null, test }, options)
}

function skipped(reason: SkipReason): Skipped {
  return { kind: 'skipped', reason }
}

type Place = Omit<LoginKey, 'authKey'>

/**
 * The data centre of a session; another one only for a session that leaves it open, or whose own did not know the key.
 * A certain one is never asked elsewhere: the refusal there would pass for the end of a living login.
 */
function endpointOf({ routes, logins }: AccessParts, place: Place, { elsewhere }: AccessOptions): Endpoint | null {
  const isCertain = place.dcId !== null && place.test !== null
  if (elsewhere && (!isCertain || wentAstray(logins.get(place.keyId)))) {
    return routes.endpoint(elsewhere.dcId, elsewhere.test)
  }
  return place.dcId === null ? null : routes.endpoint(place.dcId, place.test ?? routes.testNetwork())
}

function wentAstray(known: ReturnType<LoginResults['get']>): boolean {
  const astray: readonly (LoginStatus | undefined)[] = ['key-unknown', 'wrong-dc']
  return astray.includes(known?.latest.status) || astray.includes(known?.final?.status)
}

/** Copies and reads: nothing of the source is changed or kept open. */
async function takeKey(library: Pick<Library, 'store'>, ref: Ref): Promise<LoginKey | SkipReason> {
  try {
    const opened = await library.store(ref.sourceId).open(ref.key)
    try {
      return loginKeyOf(opened.session)
    } finally {
      await opened.close()
    }
  } catch (error) {
    if (!isAppError(error) || isAppError(error, 'session.not-found')) throw error
    return 'unreadable'
  }
}

/**
 * Whether a program has this session open, or another copy of its key: it is the key that Telegram sees. The system is
 * asked now; the list may be as old as the last scan.
 */
async function isInUse(library: Pick<Library, 'catalog' | 'scanner'>, entry: CatalogEntry): Promise<boolean> {
  for (const { summary, inUse } of copiesOf(library, entry)) {
    if (summary.path === null ? inUse : (await library.scanner.inUseBy(summary.path)).length > 0) return true
  }
  return false
}

function copiesOf({ catalog }: Pick<Library, 'catalog'>, entry: CatalogEntry): readonly CatalogEntry[] {
  const { keyId } = entry.summary
  return keyId === null || entry.copies <= 1 ? [entry] : catalog.byKeyId(keyId)
}
