import { AppError } from '../../domain/errors.ts'
import { homeOf, type Session, type UpdateState } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { EncodeOptions } from '../format.ts'
import type { Cell, TablesWriter } from '../media.ts'
import { refuseExistingTables, requireKey, requirePlace } from '../write-checks.ts'
import { flagOf } from '../write-options.ts'
import { rowFromPeer, wholeOrReal } from './peers.ts'
import { createStatements, type TelethonVersion } from './schema.ts'
import { rowFromSentFile } from './sent-files.ts'

/** Creates a file of the given version: one version row, one sessions row, nothing the library would not write. */
export async function writeTelethon(tables: TablesWriter, session: Session, options: EncodeOptions): Promise<void> {
  const version = options.variant as TelethonVersion
  const number = Number(version)
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, 'telethon.sqlite')
  const endpoint = endpointOf(dc, session.test, flagOf(options, 'ipv6') ? 'ipv6' : 'ipv4')
  if (endpoint === null) throw new AppError('format.missing-field', { format: 'telethon.sqlite', field: 'address' })
  await refuseExistingTables(tables, ['version', 'sessions', 'entities', 'sent_files', 'update_state'])

  for (const statement of createStatements(version, flagOf(options, 'old-sqlite'))) await tables.run(statement)
  await tables.run('INSERT INTO version VALUES (?)', [BigInt(number)])
  const takeoutId = flagOf(options, 'keep-takeout') ? session.takeoutId : null
  const cells: Cell[] = [BigInt(dc.id), endpoint.address, BigInt(endpoint.port), authKey.open()]
  if (number >= 5) cells.push(takeoutId)
  // A temporary key is never written: releases 1.43 and 1.44 would read it as the takeout id.
  if (number >= 8) cells.push(null)
  await tables.run(`INSERT INTO sessions VALUES (${cells.map(() => '?').join(', ')})`, cells)

  await writeEntities(tables, session, number, options.nowSeconds)
  await writeStates(tables, session, number)
  // Version 1 has no such table, version 2 keeps other things in it.
  if (number < 3) return
  for await (const files of session.sentFiles.batches()) {
    await tables.runMany('INSERT OR REPLACE INTO sent_files VALUES (?, ?, ?, ?, ?)', files.map(rowFromSentFile))
  }
}

async function writeEntities(
  tables: TablesWriter,
  session: Session,
  number: number,
  nowSeconds: number,
): Promise<void> {
  const columns = number >= 7 ? 6 : 5
  const sql = `INSERT OR REPLACE INTO entities VALUES (${Array.from({ length: columns }, () => '?').join(', ')})`
  for await (const peers of session.peers.batches()) {
    await tables.runMany(
      sql,
      columns === 6 ? peers.map(rowFromPeer) : peers.map((peer) => rowFromPeer(peer).slice(0, columns)),
    )
  }
  // Release 1.28 and later find their own account in row 0; before version 7 nobody looks there. It comes last, for rows
  // in the order of their ids are the quickest to write.
  if (number >= 7 && session.account !== null) {
    await tables.run(sql, [0n, session.account.id, null, null, null, BigInt(nowSeconds)])
  }
}

async function writeStates(tables: TablesWriter, session: Session, number: number): Promise<void> {
  if (number < 4) return
  const sql = 'INSERT OR REPLACE INTO update_state VALUES (?, ?, ?, ?, ?)'
  if (session.updateState !== null) {
    const state = number >= 7 ? session.updateState : { ...session.updateState, qts: 0, seq: 0 }
    await tables.run(sql, [0n, ...stateCells(state)])
  }
  // Channels keep their states since 1.25, which writes version 7.
  if (number < 7) return
  for await (const states of session.channelStates.batches()) {
    await tables.runMany(
      sql,
      states.map((state) => [state.channelId, ...stateCells(state)]),
    )
  }
}

/** The library computes with every cell, so an unknown number becomes 0, its own word for "none". */
function stateCells(state: UpdateState): Cell[] {
  return [state.pts, state.qts, state.date, state.seq].map((value) => wholeOrReal(value ?? 0))
}
