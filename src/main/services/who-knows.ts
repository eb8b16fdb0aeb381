import type { WhoKnowsEvent } from '../../shared/contract/peers.ts'
import { quoted } from '../../shared/error-texts.ts'
import type { CatalogEntry } from '../sources/catalog-types.ts'
import type { Core } from './core.ts'
import { itemError } from './item-error.ts'
import { peerOf, rowOf } from './present.ts'
import { everyPage } from './whole-list.ts'

/** The disk and the workers are shared with the list the person looks at. */
const AT_ONCE = 2
/** More matches in one session tell nothing more: the question is which sessions know the peer. */
const MATCHES_PER_SESSION = 20

/** Searches the peers of every session, two at a time, and tells of each match as it turns up. */
export async function searchAllSessions(
  core: Core,
  search: string,
  emit: (event: WhoKnowsEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const entries = await sessionsWithPeers(core)
  const job = core.jobs.start(
    'search',
    `Searching ${entries.length} sessions for ${quoted(search)}`,
    entries.length,
    signal,
  )
  let done = 0
  let matches = 0
  const next = entries.values()
  async function work(): Promise<void> {
    for (const entry of next) {
      if (job.signal.aborted) return
      const found = await searchOne(core, entry, search, emit)
      matches += found ?? 0
      done += 1
      job.step(found === null ? 'failed' : undefined)
      emit({ type: 'progress', done, total: entries.length })
    }
  }
  try {
    emit({ type: 'progress', done: 0, total: entries.length })
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    emit({ type: 'done', matches, searched: done })
  } finally {
    job.end()
  }
}

async function sessionsWithPeers({ library }: Core): Promise<CatalogEntry[]> {
  const entries: CatalogEntry[] = []
  for await (const page of everyPage(library.catalog)) {
    entries.push(...page.filter(({ summary }) => (summary.peers ?? 0) > 0))
  }
  return entries
}

async function searchOne(
  { library, ports }: Core,
  entry: CatalogEntry,
  search: string,
  emit: (event: WhoKnowsEvent) => void,
): Promise<number | null> {
  try {
    const page = await library.store(entry.ref.sourceId).peers(entry.ref.key, {
      search,
      kind: null,
      sort: 'id',
      direction: 'asc',
      offset: 0,
      limit: MATCHES_PER_SESSION,
    })
    const session = rowOf(entry)
    for (const peer of page.peers) emit({ type: 'match', session, peer: peerOf(peer) })
    return page.peers.length
  } catch (error) {
    emit({ type: 'failed', session: rowOf(entry), message: itemError(error, ports.log).message })
    return null
  }
}
