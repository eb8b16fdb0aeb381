import { markedId, type Peer } from '../domain/peer.ts'
import type { PeerSort } from '../formats/format.ts'
import { UsageError } from '../headless/arguments.ts'
import { onlyArgument, parseCommand, parseCount } from './arguments.ts'
import type { Command } from './command.ts'
import { timeText } from './describe.ts'
import { findOne } from './found.ts'
import { EXIT } from './io.ts'
import { table } from './table.ts'

const KINDS = ['user', 'bot', 'chat', 'channel'] as const
const SORTS: readonly PeerSort[] = ['id', 'name', 'updated']
const MAX_LIMIT = 100_000

export const command: Command = {
  help: `session-deck peers PATH [--search TEXT] [--limit N] [--json]

Shows the users, groups and channels a session knows, with their access hashes. The passcode of what is locked is asked
for at the terminal, or taken from the environment variable SESSION_DECK_PASSCODE.

  --search TEXT   name, username or phone that contains TEXT, or any form of an id (bare, -100…, negative)
  --kind KIND     user, bot, chat or channel
  --sort BY       id (default), name or updated; --descending turns it around
  --limit N       rows at most (default 50), after the first --offset N
  --session NAME  which one, where the place holds several
  --json          {"path", "name", "total", "more", "peers": [{"kind", "type", "id", "markedId", "accessHash",
                  "usernames", "phone", "name", "updatedAt", "isMin"}], "problems": [{"code", "message"}]}
`,
  nothing: { path: null, name: null, total: null, more: false, peers: [] },
  async run(argv, { io, tools }) {
    const { values, positionals } = parseCommand(argv, {
      json: { type: 'boolean', default: false },
      search: { type: 'string', default: '' },
      kind: { type: 'string' },
      sort: { type: 'string', default: 'id' },
      descending: { type: 'boolean', default: false },
      limit: { type: 'string', default: '50' },
      offset: { type: 'string', default: '0' },
      session: { type: 'string' },
    })
    const path = onlyArgument(positionals, 'PATH')
    const query = {
      search: values.search,
      kind: values.kind === undefined ? null : oneOf(KINDS, values.kind, '--kind'),
      sort: oneOf(SORTS, values.sort, '--sort'),
      direction: values.descending ? ('desc' as const) : ('asc' as const),
      limit: Math.min(parseCount(values.limit, '--limit'), MAX_LIMIT),
      offset: parseCount(values.offset, '--offset'),
    }
    const opened = await tools()
    const session = await findOne(opened, path, values.session ?? null)
    const page = await opened.peers(session.path, session.summary.key, query)
    if (values.json) {
      const head = { path: session.path, name: session.summary.name, total: page.total, more: page.more }
      io.out(`${JSON.stringify({ ...head, peers: page.peers.map(peerJson), problems: [] }, null, 2)}\n`)
    } else if (page.peers.length > 0) {
      io.out(peersTable(page.peers))
      if (page.more)
        io.err(
          `${page.peers.length} shown${page.total === null ? '' : ` of ${page.total}`}; more with --limit or --offset.\n`,
        )
    } else {
      io.err('No such peers.\n')
    }
    return page.peers.length > 0 ? EXIT.done : EXIT.failed
  },
}

function peerJson(peer: Peer) {
  return {
    kind: peer.kind,
    type: peer.type,
    id: String(peer.id),
    markedId: String(markedId(peer.kind, peer.id)),
    accessHash: peer.accessHash === null ? null : String(peer.accessHash),
    usernames: peer.usernames,
    phone: peer.phone,
    name: peer.name,
    updatedAt: peer.updatedAt,
    isMin: peer.isMin ?? false,
  }
}

function peersTable(peers: readonly Peer[]): string {
  const columns = [
    { title: 'ID', align: 'right' as const },
    { title: 'TYPE' },
    { title: 'NAME' },
    { title: 'USERNAMES' },
    { title: 'PHONE' },
    { title: 'ACCESS HASH', align: 'right' as const },
    { title: 'WRITTEN' },
  ]
  const rows = peers.map((peer) => [
    String(markedId(peer.kind, peer.id)),
    peer.type ?? peer.kind,
    peer.name ?? '',
    peer.usernames.map((username) => `@${username}`).join(' '),
    peer.phone === null ? '' : `+${peer.phone}`,
    peer.accessHash === null ? '' : String(peer.accessHash),
    timeText(peer.updatedAt),
  ])
  return table(columns, rows)
}

function oneOf<T extends string>(allowed: readonly T[], value: string, option: string): T {
  const found = allowed.find((word) => word === value)
  if (found === undefined) throw new UsageError(`${option} takes ${allowed.join(', ')}`)
  return found
}
