import { fromMarkedId } from '../../domain/peer.ts'
import { type Collection, collectionOf, type MinContext } from '../../domain/session.ts'
import { hasColumns, integerOf, wholeNumberOf } from '../cells.ts'
import type { TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'

/** Messages that showed a peer of which only a "min" form is known. */
export async function messageRefs(tables: TablesReader, schema: TablesSchema): Promise<Collection<MinContext>> {
  if (!hasColumns(schema, 'message_refs', ['peer_id', 'chat_id', 'msg_id'])) return collectionOf([])
  const count = await tables.count('message_refs')
  if (count === 0) return collectionOf([])
  const source = { columns: 'peer_id, chat_id, msg_id', table: 'message_refs', key: 'rowid' }
  return pagedCollection(tables, count, source, (rows) =>
    rows.flatMap((row) => {
      const peerId = integerOf(row[1])
      const chatId = integerOf(row[2])
      const messageId = wholeNumberOf(row[3])
      if (peerId === null || chatId === null || messageId === null) return []
      const peer = fromMarkedId(peerId)
      const chat = fromMarkedId(chatId)
      return [{ peerKind: peer.kind, peerId: peer.id, chatKind: chat.kind, chatId: chat.id, messageId }]
    }),
  )
}
