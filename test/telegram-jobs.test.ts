import { afterEach, describe, expect, it } from 'vitest'
import { createPace, PACE, type Pace } from '../src/main/telegram/pace.ts'
import type { Ref } from '../src/shared/contract/common.ts'
import type { ResultItem, TelegramProgress } from '../src/shared/contract/telegram.ts'
import { waitFor } from './support/app/open-test-app.ts'
import { type FakeClock, fakeClock } from './support/telegram/fake-clock.ts'
import {
  type Checked,
  collectResults,
  newKey,
  openTelegramApp,
  type TelegramApp,
} from './support/telegram/telegram-app.ts'
import type { LoginState } from './support/telegram-server/start.ts'

// Jobs over real connections, with time that passes when it is told to.

interface Timed {
  readonly app: TelegramApp
  readonly clock: FakeClock
  /** When something was started, by way. */
  readonly starts: { readonly way: string; readonly atMs: number }[]
  inFlight(): number
}

const opened: TelegramApp[] = []
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close()
})

/** Without chance, the first four start at once. */
async function open(dcIds: readonly number[] = [2], random = () => 0): Promise<Timed> {
  const clock = fakeClock(Date.now())
  const inner = createPace(clock, random)
  const starts: { way: string; atMs: number }[] = []
  let inFlight = 0
  const pace: Pace = {
    ...inner,
    start: (way, accountId) => {
      starts.push({ way, atMs: clock.now() })
      inFlight += 1
      const started = inner.start(way, accountId)
      return {
        end: (outcome) => {
          inFlight -= 1
          started.end(outcome)
        },
      }
    },
  }
  const app = await openTelegramApp({ dcIds }, { clock, pace })
  opened.push(app)
  app.telegram.addAccount({ id: 777, isBot: false, firstName: 'Ada' })
  return { app, clock, starts, inFlight: () => inFlight }
}

async function addMany(app: TelegramApp, count: number, state: LoginState = 'ok', dcs: readonly number[] = [2]) {
  const sessions = Array.from({ length: count }, (_, index) => {
    const [authKey, dcId] = [newKey(), dcs[index % dcs.length] ?? 2]
    app.telegram.addLogin({ authKey, accountId: 777, dcId, state })
    return { name: `s${index}`, authKey, dcId }
  })
  return [...(await app.addSessions(`many-${opened.length}-${state}`, sessions)).values()]
}

/** Starts a check and follows what it tells. */
async function follow(app: TelegramApp, refs: readonly Ref[]) {
  const { jobId } = await app.client.telegram.check({ refs: [...refs] })
  const items: ResultItem[] = []
  let progress: TelegramProgress | null = null
  const done = (async () => {
    for await (const event of await app.client.telegram.results({ jobId })) {
      if (event.type === 'item') items.push(event.item)
      else progress = event.progress
    }
  })()
  const job = async () => (await app.client.jobs.list()).find(({ id }) => id === jobId)
  return { jobId, items, done, job, progress: () => progress as TelegramProgress | null }
}

it('asks about a thousand sessions in two data centres at the pace, each with its result', async () => {
  const { app, clock, starts, inFlight } = await open([2, 4], Math.random)
  const refs = await addMany(app, 1000, 'ok', [2, 4])
  const plan = await app.client.telegram.planCheck({ refs })
  expect(plan).toMatchObject({ total: 1000, ready: 1000, dcIds: [2, 4], waysOut: ['direct'] })
  expect(plan.seconds).toEqual({ least: 500, most: 665 })
  const beganMs = clock.now()
  const { jobId } = await app.client.telegram.check({ refs })
  const results = app.client.telegram.results({ jobId })
  const { items, progress }: Checked = await clock.until(collectResults(await results), () => inFlight() > 0)
  expect(progress).toMatchObject({ state: 'done', done: 1000, total: 1000 })
  expect(items).toHaveLength(1000)
  expect(items.every(({ login }) => login?.status === 'alive')).toBe(true)
  const seconds = (clock.now() - beganMs) / 1000
  expect(seconds).toBeGreaterThan(plan.seconds.least - 5)
  expect(seconds).toBeLessThan(plan.seconds.most)
  for (const way of new Set(starts.map((start) => start.way))) {
    const times = starts.filter((start) => start.way === way).map(({ atMs }) => atMs)
    expect(times).toHaveLength(500)
    for (const [index, atMs] of times.entries()) {
      expect(atMs - (times[index - PACE.burst] ?? -Infinity)).toBeGreaterThanOrEqual(PACE.burstMs)
    }
  }
  const { telegram } = app
  expect(telegram.calls.map(({ method }) => method)).toEqual(Array.from({ length: 1000 }, () => 'users.getUsers'))
  expect(telegram.stats).toMatchObject({ connections: 1000, handshakes: 0 })
  expect(telegram.stats.mostOpen).toBeLessThanOrEqual(PACE.inFlight)
}, 240_000)

describe('a person', () => {
  it('pauses and resumes, and sees it', async () => {
    const { app, clock, inFlight } = await open()
    const { items, done, job, jobId, progress } = await follow(app, await addMany(app, 10))
    await waitFor(async () => items.length === PACE.burst)
    expect(await app.client.jobs.pause({ id: jobId })).toEqual({ changed: true })
    expect(await app.client.jobs.pause({ id: jobId })).toEqual({ changed: false })
    await clock.pass(3600_000)
    expect(items).toHaveLength(PACE.burst)
    expect(await job()).toMatchObject({ state: 'paused', pausable: true, done: 4, total: 10 })
    expect(progress()).toMatchObject({ state: 'paused', note: 'Paused.', asks: false, secondsLeft: null })
    expect(await app.client.jobs.resume({ id: jobId })).toEqual({ changed: true })
    await clock.until(done, () => inFlight() > 0)
    expect(items).toHaveLength(10)
    expect(progress()).toMatchObject({ state: 'done', done: 10 })
  })

  it('cancels: nothing starts any more, and what is under way ends', async () => {
    const { app, clock } = await open()
    const refs = await addMany(app, 10)
    for (let index = 0; index < 10; index += 1) app.telegram.script({}, 'hang')
    const { items, done, jobId, progress } = await follow(app, refs)
    await waitFor(async () => app.telegram.calls.length === PACE.burst)
    expect(await app.client.telegram.contacts()).toMatchObject([{ wayOut: 'direct', dcId: 2, count: PACE.burst }])
    expect(await app.client.jobs.cancel({ id: jobId })).toEqual({ cancelled: true })
    await done
    await clock.pass(60_000)
    expect(app.telegram.calls).toHaveLength(PACE.burst)
    expect(items).toEqual([])
    expect(progress()).toMatchObject({ state: 'cancelled', done: 0 })
    expect(await app.client.telegram.contacts()).toEqual([])
    // Our own silence is no answer.
    expect((await app.client.sessions.get({ ref: refs[0] ?? { sourceId: '', key: '' } })).row.login).toBeNull()
    await waitFor(async () => app.telegram.stats.open === 0)
  })

  it('sees how long it takes', async () => {
    const { app } = await open()
    const { items, job, progress } = await follow(app, await addMany(app, 200))
    await waitFor(async () => items.length === PACE.burst)
    await waitFor(async () => (await job())?.done === PACE.burst)
    expect((await job())?.note).toBe('about 4 min left')
    expect(progress()?.secondsLeft).toBe(Math.ceil(196 * 1.15))
  })

  it('locks: the job ends, and its results are gone', async () => {
    const { app } = await open()
    const refs = await addMany(app, 10)
    const { items, done, jobId } = await follow(app, refs)
    await waitFor(async () => items.length === PACE.burst)
    await app.client.app.lock()
    await done
    await waitFor(async () => (await app.client.jobs.list()).length === 0)
    await expect(app.client.telegram.results({ jobId })).rejects.toMatchObject({ code: 'protection.locked' })
    await expect(app.client.telegram.check({ refs })).rejects.toMatchObject({ code: 'protection.locked' })
    await app.client.app.unlock({ passphrase: null })
    await expect(app.client.telegram.results({ jobId })).rejects.toMatchObject({ code: 'request.expired' })
    expect(app.telegram.calls).toHaveLength(PACE.burst)
  })
})

it('stops at once when the API id is refused', async () => {
  const { app, clock, inFlight } = await open()
  const refs = await addMany(app, 20)
  app.telegram.script({}, { error: { code: 400, text: 'API_ID_INVALID' } })
  const { items, done, progress } = await follow(app, refs)
  await clock.until(done, () => inFlight() > 0)
  expect(items.map(({ login }) => login?.status)).toContain('app-rejected')
  expect(app.telegram.calls.length).toBeLessThanOrEqual(PACE.burst)
  expect(progress()).toMatchObject({
    state: 'stopped',
    note: 'Telegram refuses the API id that is in the settings.',
    asks: false,
  })
})

it('asks after five bans in a row, and goes on when the person says so', async () => {
  const { app, clock, inFlight } = await open()
  const { done, items, job, jobId, progress } = await follow(app, await addMany(app, 16, 'banned'))
  const idle = (): Promise<void> =>
    waitFor(async () => {
      if (inFlight() === 0) await clock.pass(500)
      return inFlight() === 0 && progress()?.asks === true && progress()?.done === items.length
    })
  await idle()
  const asked = items.length
  expect(asked).toBeGreaterThanOrEqual(5)
  expect(asked).toBeLessThan(10)
  expect(await job()).toMatchObject({ state: 'paused' })
  expect(progress()?.note).toMatch(/^5 in a row were banned or killed/)
  await clock.pass(3600_000)
  expect(items).toHaveLength(asked)
  await app.client.jobs.resume({ id: jobId })
  await idle()
  expect(items.length).toBeGreaterThan(asked)
  await app.client.jobs.resume({ id: jobId })
  await clock.until(done, () => inFlight() > 0)
  expect(items).toHaveLength(16)
})

it('rests when Telegram allows no more connections, and says until when', async () => {
  const { app, clock, inFlight } = await open()
  const refs = await addMany(app, 8)
  app.telegram.script({}, { transportError: 429 })
  const { done, items, progress } = await follow(app, refs)
  await waitFor(async () => items.length === PACE.burst - 1 && inFlight() === 0)
  await clock.pass(30_000)
  expect(items).toHaveLength(PACE.burst - 1)
  expect(progress()?.note).toMatch(/^DC 2 paused until \d\d:\d\d\.$/)
  await clock.until(done, () => inFlight() > 0)
  expect(items.map(({ login }) => login?.status)).toEqual(Array.from({ length: 8 }, () => 'alive'))
})

it('tells a window that comes later everything so far, and keeps it for an hour', async () => {
  const { app, clock, inFlight } = await open()
  const { done, items, jobId } = await follow(app, await addMany(app, 6))
  await waitFor(async () => items.length === PACE.burst)
  const late = collectResults(await app.client.telegram.results({ jobId }))
  await clock.until(done, () => inFlight() > 0)
  expect((await late).items.map(({ name }) => name)).toEqual(items.map(({ name }) => name))
  await clock.pass(3600_000)
  expect((await collectResults(await app.client.telegram.results({ jobId }))).progress?.state).toBe('done')
  await clock.pass(1)
  await expect(app.client.telegram.results({ jobId })).rejects.toMatchObject({ code: 'request.expired' })
})

it('contacts nobody before it is told to: not at the start, not for a new source, not for an import', async () => {
  const { app } = await open()
  await addMany(app, 3)
  await app.client.sources.list()
  expect(app.telegram.stats.connections).toBe(0)
})
