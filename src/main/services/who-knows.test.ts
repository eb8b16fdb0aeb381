import { expect, it } from 'vitest'
import type { Job } from '../../shared/contract/jobs.ts'
import type { WhoKnowsEvent } from '../../shared/contract/peers.ts'
import type { CatalogEntry } from '../sources/catalog-types.ts'
import { unreadableSummary } from '../sources/session-reader.ts'
import type { SessionStore } from '../sources/session-store.ts'
import type { Core } from './core.ts'
import { createJobRegistry } from './job-registry.ts'
import { searchAllSessions } from './who-knows.ts'

/** Fifty sessions whose peers are searched by `search`; the rest of the program is not there. */
function coreOver(search: SessionStore['peers']): { core: Core; jobs: Job[] } {
  const entries = Array.from({ length: 50 }, (_, index): CatalogEntry => {
    const key = `${index}.session`
    return {
      ref: { sourceId: 's', key },
      summary: { ...unreadableSummary({ key, name: key, path: null }, []), peers: 1 },
      facts: null,
      sourceName: 'S',
      givenName: null,
      note: '',
      tags: [],
      copies: 0,
      inUse: false,
      login: null,
    }
  })
  const jobs: Job[] = []
  const library = {
    catalog: { page: () => ({ total: entries.length, entries }) },
    store: () => ({ peers: search }),
  }
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const core = { library, jobs: createJobRegistry((job) => jobs.push(job)), ports: { log } }
  return { core: core as unknown as Core, jobs }
}

it('searches two sessions at a time, and goes on when one cannot be read', async () => {
  let atOnce = 0
  let most = 0
  const { core, jobs } = coreOver(async (key) => {
    atOnce += 1
    most = Math.max(most, atOnce)
    await new Promise((resolve) => setTimeout(resolve, 1))
    atOnce -= 1
    if (key === '3.session') throw new Error('broken')
    return { peers: [], total: 0, more: false }
  })
  const events: WhoKnowsEvent[] = []
  await searchAllSessions(core, 'x', (event) => events.push(event), new AbortController().signal)
  expect(most).toBe(2)
  expect(events.filter(({ type }) => type === 'failed')).toHaveLength(1)
  expect(events.at(-1)).toEqual({ type: 'done', matches: 0, searched: 50 })
  expect(jobs.at(-1)).toMatchObject({ done: 50, failed: 1, state: 'done' })
})

it('stops between two sessions when it is cancelled', async () => {
  const { core, jobs } = coreOver(async () => {
    core.jobs.cancelAll()
    return { peers: [], total: 0, more: false }
  })
  const events: WhoKnowsEvent[] = []
  await searchAllSessions(core, 'x', (event) => events.push(event), new AbortController().signal)
  expect(events.at(-1)).toEqual({ type: 'done', matches: 0, searched: 1 })
  expect(jobs.at(-1)?.state).toBe('cancelled')
  expect(core.jobs.list()).toEqual([])
})
