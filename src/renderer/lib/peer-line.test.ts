import { expect, test } from 'vitest'
import type { Peer } from '../../shared/contract/peers.ts'
import { peerLine } from './peer-line.ts'

const channel: Peer = {
  kind: 'channel',
  type: 'supergroup',
  id: '1824410233',
  markedId: '-1001824410233',
  accessHash: '-4823472398472398472',
  usernames: [],
  phone: null,
  name: 'Lisbon Deals',
  updatedAt: null,
  isMin: false,
}
const user: Peer = { ...channel, kind: 'user', type: 'user', id: '812344910', markedId: '812344910' }
const group: Peer = {
  ...channel,
  kind: 'chat',
  type: 'group',
  id: '4412093377',
  markedId: '-4412093377',
  accessHash: null,
}

test('Telethon takes bare types and bare ids', () => {
  expect(peerLine('telethon', channel)).toBe(
    'InputPeerChannel(channel_id=1824410233, access_hash=-4823472398472398472)',
  )
  expect(peerLine('telethon', user)).toBe('InputPeerUser(user_id=812344910, access_hash=-4823472398472398472)')
})

test('the Pyrogram family takes raw types', () => {
  for (const library of ['pyrogram', 'kurigram', 'pyrofork', 'hydrogram']) {
    expect(peerLine(library, channel)).toBe(
      'raw.types.InputPeerChannel(channel_id=1824410233, access_hash=-4823472398472398472)',
    )
  }
})

test('basic groups need no hash, everything else does', () => {
  expect(peerLine('telethon', group)).toBe('InputPeerChat(chat_id=4412093377)')
  expect(peerLine('telethon', { ...channel, accessHash: null })).toBeNull()
  expect(peerLine('pyrogram', { ...user, accessHash: null })).toBeNull()
})
