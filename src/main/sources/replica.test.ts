import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fingerprint, mainFileOf } from '../backends/file-facts.ts'
import { probeNamed } from './probe.ts'

test('the local copy of a libSQL database is named, with the file beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'session-deck-replica-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'replica.db')
  copyFileSync(new URL('../../../fixtures/ferogram/libsql-local.db', import.meta.url), path)
  const target = { path, key: 'replica.db', sizeBytes: statSync(path).size, hasCompanions: true }
  const codes = async (): Promise<readonly (readonly string[])[]> =>
    (await probeNamed(target)).map(({ problems }) => problems.map(({ code }) => code))

  expect(await codes()).toEqual([[]])
  writeFileSync(`${path}-client_wal_index`, Buffer.alloc(32))
  expect(await codes()).toEqual([['source.replica']])
  rmSync(`${path}-client_wal_index`)
  // Of a replica whose local changes are sent to the server.
  writeFileSync(`${path}-info`, '{"hash":4149262362,"version":0,"durable_frame_num":3,"generation":1}')
  expect(await codes()).toEqual([['source.replica']])
  for (const other of ['{"name":"shop"}', 'not JSON', '', '7']) {
    writeFileSync(`${path}-info`, other)
    expect(await codes(), other).toEqual([[]])
  }
  writeFileSync(`${path}-client_wal_index`, Buffer.alloc(32))
  expect(mainFileOf(`${path}-client_wal_index`)).toBe(path)
  expect(fingerprint(path).facts.companions).toEqual([{ name: 'replica.db-client_wal_index', sizeBytes: 32 }])
})
