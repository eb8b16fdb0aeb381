import type { SessionDetail } from '../../shared/contract/sessions.ts'
import type { CatalogEntry } from '../sources/interfaces.ts'
import type { SessionStore } from '../sources/session-store.ts'
import type { Core } from './core.ts'
import { findFormat } from '../formats/registry.ts'
import { formatText } from './labels.ts'
import { rowOf } from './present.ts'

const OTHERS_MAY_READ = 0o044

/** Everything the right-hand pane shows of one session, from the catalog and the system; the file itself is not read. */
export async function sessionDetail({ library, ports }: Core, entry: CatalogEntry): Promise<SessionDetail> {
  const { summary, facts } = entry
  const store = library.store(entry.ref.sourceId)
  const copies =
    summary.keyId === null ? [] : library.catalog.byKeyId(summary.keyId).filter(({ ref }) => !isSame(ref, entry.ref))
  return {
    row: rowOf(entry),
    note: entry.note,
    givenName: entry.givenName,
    formatText: formatText(summary.format),
    path: summary.path,
    sizeBytes: facts?.sizeBytes ?? null,
    mode: facts?.mode == null ? null : modeText(facts.mode),
    exposed: isExposed(entry),
    companions: (facts?.companions ?? []).map(({ name, sizeBytes }) => ({ name, sizeBytes })),
    inUseBy: await inUseBy(),
    dataCenters: summary.dataCenters.map(({ id, address, port, hasKey, home, implied }) => ({
      id,
      address,
      port,
      hasKey,
      home,
      implied,
    })),
    apiId: summary.apiId,
    savedAt: summary.savedAt,
    hasTakeout: summary.hasTakeout,
    hasTemporaryKey: summary.hasTemporaryKey,
    updateState: summary.updateState && { ...summary.updateState },
    channelStates: summary.channelStates,
    sentFiles: summary.sentFiles,
    problems: summary.problems.map(({ code, message }) => ({ code, message })),
    copies: copies.map(rowOf),
    abilities: abilitiesOf(entry, store),
  }

  async function inUseBy(): Promise<{ name: string; pid: number | null }[]> {
    if (summary.path === null) return []
    try {
      return (await library.scanner.inUseBy(summary.path)).map(({ name, pid }) => ({ name, pid }))
    } catch {
      // Not being able to tell is no reason to show nothing at all.
      ports.log.warn('who uses a file could not be found out')
      return []
    }
  }
}

/** Others on this machine can read the file. Unknown where the system has no such bits. */
export function isExposed({ facts }: Pick<CatalogEntry, 'facts'>): boolean {
  return facts?.mode != null && (facts.mode & OTHERS_MAY_READ) !== 0
}

function modeText(mode: number): string {
  return `0${(mode & 0o777).toString(8).padStart(3, '0')}`
}

function abilitiesOf(entry: CatalogEntry, store: SessionStore): SessionDetail['abilities'] {
  const { summary } = entry
  const readable = summary.format !== null
  const inTables = summary.path !== null && readable && findFormat(summary.format.formatId)?.medium === 'tables'
  return {
    peers: readable && summary.peers !== null,
    files: readable && summary.sentFiles !== null,
    raw: store.rawTables !== undefined && inTables,
    export: readable && summary.dataCenters.some(({ hasKey }) => hasKey),
    delete: store.delete !== undefined,
    makePrivate: summary.path !== null && isExposed(entry),
  }
}

function isSame(a: CatalogEntry['ref'], b: CatalogEntry['ref']): boolean {
  return a.sourceId === b.sourceId && a.key === b.key
}
