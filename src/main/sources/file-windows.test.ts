import { expect, test } from 'vitest'
import type { Peer } from '../domain/peer.ts'
import { collectionOf } from '../domain/session.ts'
import type { PeerQuery } from '../formats/format.ts'
import { searchCollection } from './file-windows.ts'

const blank = { accessHash: null, usernames: [], phone: null, name: null, updatedAt: null }
const peers: readonly Peer[] = [
  { ...blank, kind: 'user', type: 'user', id: 1n },
  { ...blank, kind: 'user', type: 'bot', id: 2n },
  { ...blank, kind: 'user', type: null, id: 3n },
  { ...blank, kind: 'chat', type: 'group', id: 4n },
]

test.each([
  [null, [1n, 2n, 3n, 4n]],
  ['user', [1n, 3n]],
  ['bot', [2n]],
  ['chat', [4n]],
  ['channel', []],
] as const)('peers of kind %s', async (kind, ids) => {
  const query: PeerQuery = { search: '', kind, sort: 'id', direction: 'asc', offset: 0, limit: 10 }
  const page = await searchCollection(collectionOf(peers), query)
  expect(page.peers.map(({ id }) => id)).toEqual(ids)
  expect(page.total).toBe(ids.length)
})
