import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAppDatabase } from './app-database.ts'
import { openAudit } from './audit.ts'

test('keeps who did what, newest first, found by session and by key', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deck-audit-'))
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const database = openAppDatabase(folder, log, 0)
  let time = 0
  let added = 0
  const clock = { now: () => (time += 1) }
  const audit = openAudit(database, { clock, shell: 'cli' }, () => (added += 1))
  const ref = { sourceId: 'a', key: 'one' }
  audit.add({ action: 'exported', text: 'Exported one.', ref, keyId: 'k' })
  audit.add({ action: 'imported', text: 'Imported a copy.', ref: { sourceId: 'b', key: 'two' }, keyId: 'k' })
  audit.add({ action: 'renamed', text: 'Renamed one.', ref, keyId: null })
  audit.add({ action: 'locked', text: 'Locked.', ref: null, keyId: null })
  expect(added).toBe(4)

  const all = audit.list({ ref: null, keyId: null, offset: 0, limit: 2 })
  expect(all.total).toBe(4)
  expect(all.entries.map((entry) => entry.action)).toEqual(['locked', 'renamed'])
  expect(all.entries[1]).toEqual({
    id: 3,
    atMs: 3,
    action: 'renamed',
    text: 'Renamed one.',
    shell: 'cli',
    ref,
    keyId: null,
  })
  const of = (keyId: string | null) =>
    audit.list({ ref, keyId, offset: 0, limit: 10 }).entries.map((entry) => entry.action)
  expect(of(null)).toEqual(['renamed', 'exported'])
  expect(of('k')).toEqual(['renamed', 'imported', 'exported'])
  expect(audit.list({ ref, keyId: 'k', offset: 2, limit: 10 }).entries).toHaveLength(1)
  database.close()
  await rm(folder, { recursive: true })
})
