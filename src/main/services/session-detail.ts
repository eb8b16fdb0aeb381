import type { DcFlag, SessionDetail } from '../../shared/contract/sessions.ts'
import { DC_FLAGS } from '../domain/session.ts'
import type { CatalogEntry } from '../sources/catalog-types.ts'
import type { SessionStore } from '../sources/session-store.ts'
import type { Core } from './core.ts'
import { findAnyFormat, isStoreFormat } from '../formats/stores.ts'
import { formatText } from './labels.ts'
import { lockedAs, passcodeQuestionOf } from './locked.ts'
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
    formatText: formatText(summary.format ?? lockedAs(summary)),
    path: summary.path,
    sizeBytes: facts?.sizeBytes ?? null,
    mode: facts?.mode == null ? null : modeText(facts.mode),
    exposed: isExposed(entry),
    companions: (facts?.companions ?? []).map(({ name, sizeBytes }) => ({ name, sizeBytes })),
    inUseBy: await inUseBy(),
    dataCenters: summary.dataCenters.map((dc) => ({
      id: dc.id,
      address: dc.address,
      port: dc.port,
      hasKey: dc.hasKey,
      home: dc.home,
      implied: dc.implied,
      flags: flagsOf(dc.flags ?? 0),
      hasSalt: dc.hasSalt ?? false,
      timeOffset: dc.timeOffset ?? null,
    })),
    apiId: summary.apiId,
    savedAt: summary.savedAt,
    hasTakeout: summary.hasTakeout,
    hasTemporaryKey: summary.hasTemporaryKey,
    hasFutureAuthToken: summary.hasFutureAuthToken ?? false,
    extraUsernames: [...(summary.account?.extraUsernames ?? [])],
    isPremium: summary.account?.isPremium ?? null,
    server: summary.server ?? 'telegram',
    updateState: summary.updateState && { ...summary.updateState },
    channelStates: summary.channelStates,
    sentFiles: summary.sentFiles,
    minContexts: summary.minContexts ?? null,
    passcode: lockedQuestion(),
    problems: summary.problems.map(({ code, message }) => ({ code, message })),
    copies: copies.map(rowOf),
    abilities: abilitiesOf(entry, store),
  }

  /** A place that was open is locked again once its passcode is forgotten. */
  function lockedQuestion(): SessionDetail['passcode'] {
    if (summary.locked) return passcodeQuestionOf(summary.locked.formatId)
    if (!summary.isProtected || summary.path === null || library.scanner.isUnlocked(summary.path)) return null
    return passcodeQuestionOf(summary.format?.formatId ?? '')
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

const FLAG_NAMES: readonly (readonly [bit: number, name: DcFlag])[] = [
  [DC_FLAGS.ipv6, 'ipv6'],
  [DC_FLAGS.media, 'media'],
  [DC_FLAGS.obfuscatedOnly, 'obfuscated-only'],
  [DC_FLAGS.cdn, 'cdn'],
  [DC_FLAGS.static, 'static'],
  [DC_FLAGS.thisPortOnly, 'this-port-only'],
]

function flagsOf(bits: number): DcFlag[] {
  return FLAG_NAMES.flatMap(([bit, name]) => ((bits & bit) === 0 ? [] : [name]))
}

function modeText(mode: number): string {
  return `0${(mode & 0o777).toString(8).padStart(3, '0')}`
}

function abilitiesOf(entry: CatalogEntry, store: SessionStore): SessionDetail['abilities'] {
  const { summary } = entry
  const readable = summary.format !== null
  return {
    peers: readable && summary.peers !== null,
    files: readable && summary.sentFiles !== null,
    raw: store.rawTables !== undefined && isShownRaw(summary),
    export: readable && summary.dataCenters.some(({ hasKey }) => hasKey),
    delete: store.delete !== undefined,
    makePrivate: summary.path !== null && isExposed(entry),
  }
}

/** As tables of a file, or as what a format says lies in a shared store; the vault shows nothing. */
function isShownRaw({ format, path }: CatalogEntry['summary']): boolean {
  const known = format && findAnyFormat(format.formatId)
  if (!known) return false
  if (path !== null) return known.medium === 'tables'
  return isStoreFormat(known) ? known.raw !== undefined : known.medium === 'tables' && known.shared?.raw !== undefined
}

function isSame(a: CatalogEntry['ref'], b: CatalogEntry['ref']): boolean {
  return a.sourceId === b.sourceId && a.key === b.key
}
