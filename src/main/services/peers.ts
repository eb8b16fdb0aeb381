import type { PeerQuery } from '../formats/format.ts'
import type { Core } from './core.ts'
import type { Implementer } from './implementer.ts'
import { peerOf } from './present.ts'
import { streamOf } from './queue-iterator.ts'
import { searchAllSessions } from './who-knows.ts'

const KINDS = { all: null, users: 'user', bots: 'bot', groups: 'chat', channels: 'channel' } as const

export function peersService(os: Implementer['peers'], core: Core) {
  const { library } = core
  return {
    page: os.page.handler(async ({ input }) => {
      const query: PeerQuery = {
        search: input.search.trim(),
        kind: KINDS[input.filter],
        sort: input.sort.by,
        direction: input.sort.direction,
        offset: input.offset,
        limit: input.limit,
      }
      const page = await library.store(input.ref.sourceId).peers(input.ref.key, query)
      return { peers: page.peers.map(peerOf), total: page.total, more: page.more }
    }),
    whoKnows: os.whoKnows.handler(async ({ input, signal }) =>
      streamOf(signal, (emit, stopped) => searchAllSessions(core, input.search.trim(), emit, stopped)),
    ),
  }
}
