import type { CatalogEntry } from '../../sources/catalog-types.ts'
import type { Library, Ref } from '../../sources/interfaces.ts'
import { nameOf, refOf } from '../present.ts'
import { everyPage } from '../whole-list.ts'

/** What “end all others” takes with it, as far as is known here. */
export interface EndOthersPlan {
  /** To be typed: names the account, so that it is read. */
  readonly word: string
  readonly sessions: readonly {
    readonly ref: Ref
    readonly name: string
    readonly sourceName: string
    readonly keyId: string
  }[]
}

/** Sessions of the same account with another key. Nothing is contacted. @throws AppError session.not-found */
export async function planEndOthers({ catalog }: Pick<Library, 'catalog'>, ref: Ref): Promise<EndOthersPlan> {
  const entry = catalog.get(ref)
  const account = accountOf(entry)
  const word = wordFor(entry)
  if (account === null) return { word, sessions: [] }
  const others: CatalogEntry[] = []
  const isOther = (other: CatalogEntry): boolean =>
    other.summary.keyId !== null && other.summary.keyId !== entry.summary.keyId && accountOf(other)?.id === account.id
  for await (const page of everyPage(catalog)) others.push(...page.filter(isOther))
  return {
    word,
    sessions: others.map((other) => ({
      ref: refOf(other.ref),
      name: nameOf(other),
      sourceName: other.sourceName,
      keyId: other.summary.keyId ?? '',
    })),
  }
}

/** The account that the session names, else the one that Telegram named when it was asked with its key. */
function accountOf({ summary, login }: CatalogEntry): { readonly id: string; readonly username: string | null } | null {
  if (summary.account) return summary.account
  const seen = login?.latest.account ?? login?.final?.account ?? null
  return seen && { id: String(seen.id), username: seen.username }
}

/** What is typed to end all others. @throws AppError session.not-found */
export function endOthersWord({ catalog }: Pick<Library, 'catalog'>, ref: Ref): string {
  return wordFor(catalog.get(ref))
}

function wordFor(entry: CatalogEntry): string {
  const account = accountOf(entry)
  return account?.username ?? account?.id ?? nameOf(entry)
}
