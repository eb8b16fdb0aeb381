import type { Account } from '../../shared/contract/common.ts'
import type { Peer as PeerView } from '../../shared/contract/peers.ts'
import type {
  ChannelState as ChannelStateView,
  SentFile as SentFileView,
  SessionRow,
} from '../../shared/contract/sessions.ts'
import type { Source } from '../../shared/contract/sources.ts'
import type { KnownLogin as KnownLoginView } from '../../shared/contract/telegram.ts'
import type { TrashEntry } from '../../shared/contract/trash.ts'
import { libraryLabel } from '../domain/libraries.ts'
import type { KnownLogin, LoginResult } from '../domain/login.ts'
import { markedId, type Peer } from '../domain/peer.ts'
import type { ChannelState, SentFile } from '../domain/session.ts'
import { customLabel, isCustomKind, mediumOf } from '../sources/custom-backends.ts'
import { dcIdOf, statusOf } from '../sources/catalog-row.ts'
import type { AuditRecord } from '../sources/audit-types.ts'
import type { CatalogEntry } from '../sources/catalog-types.ts'
import { isBuiltIn, type Ref, type SourceState, type StoreAccess, type TrashRecord } from '../sources/interfaces.ts'
import { storeAddress } from '../sources/store-place.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import { fingerprintOf } from './fingerprint.ts'
import { formatLabel } from './labels.ts'
import { lockedAs, passcodeQuestionOf } from './locked.ts'

// The only way out: what the window gets to see is made here, member by member, from data that holds no secret.

export function refOf(ref: Ref): Ref {
  return { sourceId: ref.sourceId, key: ref.key }
}

/** The name shown everywhere: the one the person gave, else the file's or entry's own. */
export function nameOf(entry: { readonly givenName: string | null; readonly summary: SessionSummary }): string {
  return entry.givenName ?? entry.summary.name
}

export function accountOf(account: SessionSummary['account']): Account | null {
  return account && { id: account.id, isBot: account.isBot, username: account.username, phone: account.phone }
}

export function fingerprintOrNull(keyId: string | null): string | null {
  return keyId === null ? null : fingerprintOf(keyId)
}

export function rowOf(entry: CatalogEntry): SessionRow {
  return {
    ...summaryRow(entry.summary, refOf(entry.ref)),
    name: nameOf(entry),
    copies: entry.copies,
    modifiedAtMs: entry.facts?.modifiedAtMs ?? null,
    tags: [...entry.tags],
    sourceName: entry.sourceName,
    inUse: entry.inUse,
    login: entry.login && knownLoginView(entry.login),
  }
}

/** What Telegram last said. The phone is masked in the window, by setting. */
export function knownLoginView({ latest, final }: KnownLogin): KnownLoginView {
  return { latest: loginResultView(latest), final: final && loginResultView(final) }
}

export function loginResultView(result: LoginResult): KnownLoginView['latest'] {
  const { status, atMs, wayOut, dcId, test, evidence, untilMs, newDcId, account } = result
  return {
    status,
    atMs,
    wayOut,
    dcId,
    test,
    evidence,
    untilMs,
    newDcId,
    account: account && {
      id: String(account.id),
      isBot: account.isBot,
      username: account.username,
      phone: account.phone,
      name: account.name,
    },
  }
}

/** A row of something that no source holds (yet). */
export function summaryRow(summary: SessionSummary, ref: Ref): SessionRow {
  const { keyId } = summary
  const format = summary.format ?? lockedAs(summary)
  const problem = summary.problems[0]
  return {
    ref,
    name: summary.name,
    status: statusOf(summary),
    account: accountOf(summary.account),
    library: format?.library ?? null,
    libraryLabel: format ? libraryLabel(format.library) : '',
    formatId: format?.formatId ?? null,
    formatLabel: formatLabel(format),
    dcId: dcIdOf(summary),
    test: summary.test,
    keyId,
    fingerprint: fingerprintOrNull(keyId),
    copies: keyId === null ? 0 : 1,
    peers: summary.peers,
    updatedAt: summary.updateState?.date ?? null,
    modifiedAtMs: null,
    tags: [],
    sourceName: '',
    inUse: false,
    login: null,
    problem: problem ? { code: problem.code, message: problem.message } : null,
    passcode: summary.locked ? passcodeQuestionOf(summary.locked.formatId) : null,
  }
}

export function peerOf(peer: Peer): PeerView {
  return {
    kind: peer.kind,
    type: peer.type,
    id: String(peer.id),
    markedId: String(markedId(peer.kind, peer.id)),
    accessHash: peer.accessHash === null ? null : String(peer.accessHash),
    usernames: [...peer.usernames],
    phone: peer.phone,
    name: peer.name,
    updatedAt: peer.updatedAt,
    isMin: peer.isMin === true,
  }
}

export function channelStateOf(state: ChannelState, name: string | null): ChannelStateView {
  return {
    channelId: String(state.channelId),
    markedId: String(markedId('channel', state.channelId)),
    name,
    pts: state.pts,
    date: state.date,
  }
}

export function sentFileOf(file: SentFile): SentFileView {
  return {
    md5: Buffer.from(file.md5).toString('hex'),
    sizeBytes: String(file.size),
    type: file.type,
    id: String(file.id),
    accessHash: String(file.accessHash),
  }
}

export function trashEntryOf(record: TrashRecord): TrashEntry {
  const { summary } = record
  return {
    id: record.id,
    name: nameOf(record),
    account: accountOf(summary.account),
    library: summary.format?.library ?? null,
    libraryLabel: summary.format ? libraryLabel(summary.format.library) : '',
    formatLabel: formatLabel(summary.format),
    keyId: summary.keyId,
    fingerprint: fingerprintOrNull(summary.keyId),
    sourceName: record.sourceName,
    path: record.path,
    reason: record.reason,
    deletedAtMs: record.deletedAtMs,
    expiresAtMs: record.expiresAtMs,
    sizeBytes: record.sizeBytes,
  }
}

export function auditEntryOf(record: AuditRecord): AuditRecord {
  const { id, atMs, action, text, shell, ref, keyId } = record
  return { id, atMs, action, text, shell, ref: ref && refOf(ref), keyId }
}

/** `home` becomes `~` in what is shown; `path` stays whole. */
export function sourceOf(source: SourceState, home: string): Source {
  const builtIn = isBuiltIn(source)
  return {
    id: source.id,
    kind: source.kind,
    name: source.name,
    location: source.store
      ? storeAddress(source.store.location)
      : source.path === null
        ? null
        : shortPath(source.path, home),
    path: source.path,
    state: source.state,
    problem: source.problem && { code: source.problem.code, message: source.problem.message },
    sessions: source.sessions,
    ignored: source.ignored,
    progress: source.progress && { done: source.progress.done, total: source.progress.total },
    removable: !builtIn,
    writable: builtIn || ((source.kind === 'folder' || source.store?.readOnly === false) && source.state !== 'error'),
    store: source.store
      ? {
          location: storeLocationOf(source.store.location),
          hasPassword: source.store.hasPassword,
          readOnly: source.store.readOnly,
          label: isCustomKind(source.store.location.kind) ? customLabel(source.store.location.kind) : null,
          medium: mediumOf(source.store.location.kind),
        }
      : null,
  }
}

/** Where a store is, for the window. */
export function storeLocationOf(location: StoreAccess['location']): NonNullable<Source['store']>['location'] {
  const { kind, hosts, database, user, tls, topology, prefix, options } = location
  return {
    kind,
    hosts: [...hosts],
    database,
    user,
    tls: { mode: tls.mode, ca: tls.ca },
    topology: { ...topology },
    prefix,
    ...(options && { options: { ...options } }),
  }
}

/** Home as `~`. */
export function shortPath(path: string, home: string): string {
  if (path === home) return '~'
  const rest = path.startsWith(home) ? path.slice(home.length) : ''
  return rest.startsWith('/') || rest.startsWith('\\') ? `~${rest}` : path
}
