import type { RevokeItem } from '../../../shared/contract/telegram.ts'
import type { CatalogEntry } from '../../sources/catalog-types.ts'
import type { Ref } from '../../sources/interfaces.ts'
import type { Core } from '../core.ts'
import { accountOf, fingerprintOrNull, knownLoginView, nameOf, refOf } from '../present.ts'
import { refusalOf } from './login-access.ts'
import { revokeRefusal } from './revoke-one.ts'
import { skipWords } from '../../telegram/skip-words.ts'
import type { TelegramRoutes } from './telegram-core.ts'

/** What a log-out would end, told before it is done. Nothing is contacted. */
export async function planRevoke(
  { library }: Pick<Core, 'library'>,
  routes: Pick<TelegramRoutes, 'endpoint' | 'testNetwork'>,
  refs: readonly Ref[],
): Promise<RevokeItem[]> {
  const items: RevokeItem[] = []
  for (const ref of refs) {
    const entry = library.catalog.find(ref)
    if (entry !== null) items.push(await planOne(library, routes, entry))
  }
  return items
}

async function planOne(
  library: Core['library'],
  routes: Pick<TelegramRoutes, 'endpoint' | 'testNetwork'>,
  entry: CatalogEntry,
): Promise<RevokeItem> {
  const { keyId, account } = entry.summary
  const same = keyId === null ? [entry] : library.catalog.byKeyId(keyId)
  // Programs that have it open are no reason: the person is told of them, and asked.
  const skip = refusalOf({ library, logins: library.logins, routes }, entry, { includeInUse: true })
  return {
    ref: refOf(entry.ref),
    name: nameOf(entry),
    account: accountOf(account),
    keyId,
    fingerprint: fingerprintOrNull(keyId),
    copies: same
      .filter(({ ref }) => ref.sourceId !== entry.ref.sourceId || ref.key !== entry.ref.key)
      .map((copy) => ({ ref: refOf(copy.ref), name: nameOf(copy), sourceName: copy.sourceName })),
    inUseBy: await programsOf(library, same),
    refused: skip === null ? revokeRefusal(library.logins, keyId) : skipWords[skip],
    known: entry.login && knownLoginView(entry.login),
  }
}

/** The list knows that somebody has them open; the system says who. */
async function programsOf(
  { scanner }: Pick<Core['library'], 'scanner'>,
  same: readonly CatalogEntry[],
): Promise<string[]> {
  const names = new Set<string>()
  for (const { summary, inUse } of same) {
    if (!inUse) continue
    const programs = summary.path === null ? [] : await scanner.inUseBy(summary.path)
    for (const { name } of programs) names.add(name)
    if (programs.length === 0) names.add('a program')
  }
  return [...names]
}
