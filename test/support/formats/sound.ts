import { expect } from 'vitest'
import { collect, type DataCenter, type Session } from '../../../src/main/domain/session.ts'
import type { Decoded, Format } from '../../../src/main/formats/format.ts'

/**
 * What is true of every session that any input may decode to: damage must never get past a format as a session that
 * cannot exist.
 */
export async function expectSound({ session, info, problems }: Decoded, format: Format): Promise<void> {
  expect(info.formatId).toBe(format.id)
  expect(format.variants.map(({ id }) => id)).toContain(info.variant)
  for (const dc of session.dataCenters) expectSoundDc(dc)
  expect(session.dataCenters.filter(({ home }) => home).length).toBeLessThanOrEqual(1)
  if (session.account !== null) {
    expect(BigInt.asIntN(64, session.account.id)).toBe(session.account.id)
    expect(session.account.id).not.toBe(0n)
  }
  for (const { code, message } of problems) {
    expect(code).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)
    // A whole sentence.
    expect(message).toMatch(/^\p{Lu}|^[“‘"]|^\d|^[a-z]+ /u)
    expect(message).toMatch(/[.!?]$/)
  }
  await expectSoundRows(session)
}

function expectSoundDc(dc: DataCenter): void {
  expect(Number.isInteger(dc.id) && dc.id >= 0 && dc.id <= 10_000, `DC ${dc.id}`).toBe(true)
  if (dc.port !== null) expect(dc.port >= 0 && dc.port <= 65_535, `port ${dc.port}`).toBe(true)
  if (dc.authKey !== null) {
    expect(dc.authKey.byteLength).toBe(256)
    expect(dc.authKey.open().some((byte) => byte !== 0)).toBe(true)
  }
  if (dc.salt !== undefined) expect(dc.salt.byteLength).toBe(8)
}

async function expectSoundRows(session: Session): Promise<void> {
  const peers = await collect(session.peers)
  for (const peer of peers) {
    expect(BigInt.asIntN(64, peer.id)).toBe(peer.id)
    if (peer.accessHash !== null) expect(BigInt.asIntN(64, peer.accessHash)).toBe(peer.accessHash)
  }
  await collect(session.channelStates)
  await collect(session.sentFiles)
  await collect(session.minContexts)
}
