import { describe, expect, it } from 'vitest'
import { type FakeClock, fakeClock } from '../../../test/support/telegram/fake-clock.ts'
import type { LoginStatus } from '../../shared/login-statuses.ts'
import { createPace, PACE, type Pace } from './pace.ts'
import { type Attempt, type PacedItem, type PacedRun, runPaced } from './pacing.ts'

interface Item extends PacedItem {
  readonly name: string
}

interface Started {
  readonly item: Item
  readonly atMs: number
}

interface Setup {
  readonly clock: FakeClock
  readonly pace: Pace
  readonly starts: Started[]
  readonly settled: [string, string][]
  /** The most at once, in all. */
  mostInFlight: number
  run(items: readonly Item[], options?: RunOptions): PacedRun
}

interface RunOptions {
  readonly tookMs?: number
  readonly answer?: (item: Item, tries: number) => Attempt | LoginStatus
  readonly signal?: AbortSignal
}

const answered = (status: LoginStatus, waitSeconds: number | null = null): Attempt => ({
  kind: 'answered',
  status,
  waitSeconds,
})

function items(count: number, way = 'DC 2', start = 0): Item[] {
  return Array.from({ length: count }, (_, index) => ({ name: `${way}/${start + index}`, way, accountId: null }))
}

function setUp(random: () => number = () => 0.5): Setup {
  const clock = fakeClock()
  const pace = createPace(clock, random)
  const setup: Setup = {
    clock,
    pace,
    starts: [],
    settled: [],
    mostInFlight: 0,
    run: (list, { tookMs = 200, answer = (): LoginStatus => 'alive', signal = new AbortController().signal } = {}) => {
      let inFlight = 0
      const tries = new Map<Item, number>()
      const last = new Map<Item, Attempt>()
      return runPaced(
        {
          items: list,
          ask: async (item, stop) => {
            setup.starts.push({ item, atMs: clock.now() })
            inFlight += 1
            setup.mostInFlight = Math.max(setup.mostInFlight, inFlight)
            await new Promise<void>((resolve) => {
              clock.after(tookMs, resolve)
              stop.addEventListener('abort', () => resolve(), { once: true })
            })
            inFlight -= 1
            const count = (tries.get(item) ?? 0) + 1
            tries.set(item, count)
            const said = answer(item, count)
            const attempt = typeof said === 'string' ? answered(said) : said
            if (stop.aborted) return { kind: 'not-asked' }
            last.set(item, attempt)
            return attempt
          },
          settled: (item) => {
            const attempt = last.get(item)
            setup.settled.push([item.name, attempt?.kind === 'answered' ? attempt.status : (attempt?.kind ?? '')])
            return []
          },
          changed: () => undefined,
        },
        pace,
        clock,
        signal,
      )
    },
  }
  return setup
}

/** The most starts within any stretch of so long. */
function mostWithin(starts: readonly Started[], ms: number): number {
  const times = starts.map(({ atMs }) => atMs)
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + ms).length))
}

describe('a thousand sessions', () => {
  it('keeps one start a second for each data centre, four in two seconds, eight at once', async () => {
    const setup = setUp(Math.random)
    const list = [...items(500, 'DC 2'), ...items(500, 'DC 4')]
    const beganMs = setup.clock.now()
    const run = setup.run(list, { tookMs: 900 })
    expect(await setup.clock.until(run.ended)).toBe('done')
    expect(new Set(setup.settled.map(([name]) => name)).size).toBe(1000)
    for (const way of ['DC 2', 'DC 4']) {
      const own = setup.starts.filter(({ item }) => item.way === way)
      expect(own).toHaveLength(500)
      expect(mostWithin(own, PACE.burstMs)).toBe(PACE.burst)
      // Over any minute: one a second, and the burst.
      expect(mostWithin(own, 60_000)).toBeLessThanOrEqual(60 + PACE.burst)
    }
    expect(setup.mostInFlight).toBeLessThanOrEqual(PACE.inFlight)
    const tookSeconds = (setup.clock.now() - beganMs) / 1000
    expect(tookSeconds).toBeGreaterThan(496)
    expect(tookSeconds).toBeLessThan(500 * 1.3)
    // In turns: neither data centre waits for the other.
    const firstHalf = setup.starts.slice(0, 500).filter(({ item }) => item.way === 'DC 2')
    expect(firstHalf.length).toBeGreaterThan(225)
    expect(firstHalf.length).toBeLessThan(275)
  })

  it('never has more than eight under way when answers are slow', async () => {
    const setup = setUp()
    const run = setup.run(
      ['1', '2', '3', '4', '5'].flatMap((dc) => items(20, `DC ${dc}`)),
      { tookMs: 14_000 },
    )
    await setup.clock.until(run.ended)
    expect(setup.mostInFlight).toBe(8)
    // In turns: none waits until another is through.
    const early = Map.groupBy(setup.starts.slice(0, 50), ({ item }) => item.way)
    expect([...early.values()].map((starts) => starts.length)).toEqual([10, 10, 10, 10, 10])
  })

  it('shares the pace with another job', async () => {
    const setup = setUp()
    const runs = [setup.run(items(30, 'DC 2')), setup.run(items(30, 'DC 2', 30))]
    await setup.clock.until(Promise.all(runs.map(({ ended }) => ended)))
    expect(mostWithin(setup.starts, PACE.burstMs)).toBe(PACE.burst)
    expect(mostWithin(setup.starts, 60_000)).toBeLessThanOrEqual(64)
  })

  it('foretells how long it takes', async () => {
    const setup = setUp()
    const run = setup.run([...items(300, 'DC 2'), ...items(100, 'DC 4')])
    const beganMs = setup.clock.now()
    const foretold = run.state().secondsLeft ?? 0
    await setup.clock.until(run.ended)
    expect(Math.abs(foretold - (setup.clock.now() - beganMs) / 1000)).toBeLessThan(15)
  })
})

it('asks about one session of an account at a time', async () => {
  const setup = setUp()
  const list = items(6).map((item, index) => ({ ...item, accountId: index < 3 ? '42' : null }))
  await setup.clock.until(setup.run(list, { tookMs: 5000 }).ended)
  const times = setup.starts.filter(({ item }) => item.accountId === '42').map(({ atMs }) => atMs)
  expect(times).toHaveLength(3)
  for (const [index, atMs] of times.entries()) {
    if (index > 0) expect(atMs - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(5000)
  }
})

it('keeps the order it is given within a data centre', async () => {
  const setup = setUp()
  await setup.clock.until(setup.run(items(20)).ended)
  expect(setup.starts.map(({ item }) => item.name)).toEqual(items(20).map(({ name }) => name))
})

it.each(['network', 'server-error'] as const)('tries a second time after %s, and no third', async (status) => {
  const setup = setUp()
  await setup.clock.until(
    setup.run(items(2), { answer: (item, tries) => (item.name.endsWith('0') && tries === 2 ? 'alive' : status) }).ended,
  )
  expect(setup.starts).toHaveLength(4)
  expect(Object.fromEntries(setup.settled)).toEqual({ 'DC 2/0': 'alive', 'DC 2/1': status })
})

it.each(['logged-out', 'unknown', 'wrong-dc'] as const)('asks once where the answer is %s', async (status) => {
  const setup = setUp()
  await setup.clock.until(setup.run(items(1), { answer: () => status }).ended)
  expect(setup.starts).toHaveLength(1)
})

describe('a wait that Telegram asks for', () => {
  it('is kept, with a tenth more, while the others go on; the second one stands', async () => {
    const setup = setUp()
    const run = setup.run(items(5), {
      answer: (item) => (item.name === 'DC 2/0' ? answered('rate-limited', 100) : 'alive'),
    })
    await setup.clock.pass(60_000)
    expect(setup.settled).toHaveLength(4)
    expect(run.state().waitsUntilMs).toBe((setup.starts[0]?.atMs ?? 0) + 200 + 110_000)
    await setup.clock.until(run.ended)
    const times = setup.starts.filter(({ item }) => item.name === 'DC 2/0').map(({ atMs }) => atMs)
    expect(times).toHaveLength(2)
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(200 + 110_000)
    expect(setup.settled.at(-1)).toEqual(['DC 2/0', 'rate-limited'])
  })

  it('of more than five minutes is left to the person', async () => {
    const setup = setUp()
    await setup.clock.until(setup.run(items(1), { answer: () => answered('rate-limited', 301) }).ended)
    expect(setup.starts).toHaveLength(1)
    expect(setup.settled).toEqual([['DC 2/0', 'rate-limited']])
  })
})

describe('a way that nobody answers on', () => {
  it('rests a minute after three refusals in a row, then twice as long, up to a quarter of an hour', async () => {
    const setup = setUp()
    const run = setup.run([...items(40), ...items(3, 'DC 4')], {
      answer: (item) => (item.way === 'DC 2' ? 'network' : 'alive'),
    })
    await setup.clock.pass(30_000)
    expect(setup.settled.filter(([, status]) => status === 'alive')).toHaveLength(3)
    expect(run.state().resting).toHaveLength(1)
    const rests: number[] = []
    let until = run.state().resting[0]?.untilMs ?? 0
    for (let index = 0; index < 6; index += 1) {
      await setup.clock.pass(until - setup.clock.now() - 1)
      const before = setup.starts.length
      await setup.clock.pass(1000)
      // One at a time, to see whether somebody answers.
      expect(setup.starts).toHaveLength(before + 1)
      const next = run.state().resting[0]?.untilMs ?? 0
      rests.push(Math.round((next - until) / 1000))
      until = next
    }
    expect(rests).toEqual([120, 240, 480, 900, 900, 900])
  })

  it('goes on at once when somebody answers again', async () => {
    const setup = setUp()
    let isDown = true
    const run = setup.run(items(30), { answer: () => (isDown ? 'network' : 'alive') })
    await setup.clock.pass(30_000)
    isDown = false
    const untilMs = run.state().resting[0]?.untilMs ?? 0
    await setup.clock.pass(untilMs - setup.clock.now() + 20_000)
    expect(run.state().resting).toEqual([])
    expect(setup.settled.length).toBeGreaterThan(10)
    await setup.clock.until(run.ended)
    expect(setup.settled).toHaveLength(30)
  })

  it('is tried anew by the next job that a person starts', async () => {
    const setup = setUp()
    setup.run(items(10), { answer: () => 'network' })
    await setup.clock.pass(20_000)
    expect(setup.pace.restsUntil('DC 2')).not.toBeNull()
    await setup.clock.until(setup.run(items(1, 'DC 2', 90)).ended)
    expect(setup.settled).toContainEqual(['DC 2/90', 'alive'])
  })

  it('rests at the first word of too many connections, also for the next job', async () => {
    const setup = setUp()
    let isFull = true
    const run = setup.run(items(12), { answer: () => (isFull ? answered('rate-limited') : 'alive') })
    await setup.clock.pass(10_000)
    const before = setup.starts.length
    expect(before).toBeLessThanOrEqual(4)
    setup.run(items(1, 'DC 2', 90))
    await setup.clock.pass(45_000)
    expect(setup.starts).toHaveLength(before)
    isFull = false
    await setup.clock.until(run.ended)
    expect(setup.settled.filter(([, status]) => status === 'alive').length).toBeGreaterThanOrEqual(12)
  })
})

it.each(['app-rejected', 'app-outdated'] as const)('stops everything at once on %s', async (status) => {
  const setup = setUp()
  const run = setup.run([...items(50), ...items(50, 'DC 4')], {
    answer: (item) => (item.name === 'DC 4/0' ? status : 'alive'),
  })
  expect(await setup.clock.until(run.ended)).toBe('stopped')
  expect(run.state().stoppedBy).toBe(status)
  expect(setup.starts.length).toBeLessThanOrEqual(8)
  expect(setup.settled).toContainEqual(['DC 4/0', status])
})

describe('bans and kills', () => {
  it('ask after five in a row, and go on when the person says so', async () => {
    const setup = setUp()
    const run = setup.run(items(30), {
      answer: (item) => (Number(item.name.slice(5)) < 20 ? 'account-banned' : 'alive'),
    })
    await setup.clock.pass(600_000)
    expect(run.state()).toMatchObject({ asks: true, isPaused: true, secondsLeft: null })
    expect(setup.settled.length).toBeGreaterThanOrEqual(5)
    expect(setup.settled.length).toBeLessThan(10)
    // Those under way when it paused count for the next time.
    let asked = 1
    for (; run.state().asks; asked += 1) {
      run.resume()
      await setup.clock.pass(600_000)
    }
    expect(asked).toBeGreaterThan(2)
    expect(await run.ended).toBe('done')
    expect(setup.settled).toHaveLength(30)
  })

  it('do not ask when living ones come between', async () => {
    const setup = setUp()
    const run = setup.run(items(20), {
      answer: (item) => (Number(item.name.slice(5)) % 5 === 4 ? 'alive' : 'duplicated'),
    })
    expect(await setup.clock.until(run.ended)).toBe('done')
  })
})

describe('a person', () => {
  it('pauses: nothing more starts; resumes: it goes on', async () => {
    const setup = setUp()
    const run = setup.run(items(20))
    await setup.clock.pass(5000)
    run.pause()
    const before = setup.starts.length
    await setup.clock.pass(3_600_000)
    expect(setup.starts).toHaveLength(before)
    expect(setup.settled).toHaveLength(before)
    run.resume()
    expect(await setup.clock.until(run.ended)).toBe('done')
    expect(setup.settled).toHaveLength(20)
  })

  it('cancels: nothing more starts, and what is under way is called off', async () => {
    const setup = setUp()
    const stop = new AbortController()
    const run = setup.run(items(20), { signal: stop.signal, tookMs: 15_000 })
    await setup.clock.pass(5000)
    const before = setup.starts.length
    const settled = setup.settled.length
    stop.abort()
    expect(await setup.clock.until(run.ended)).toBe('cancelled')
    expect(setup.starts).toHaveLength(before)
    expect(setup.settled).toHaveLength(settled)
  })

  it('cancels while it is paused', async () => {
    const setup = setUp()
    const stop = new AbortController()
    const run = setup.run(items(20), { signal: stop.signal })
    await setup.clock.pass(1000)
    run.pause()
    await setup.clock.pass(1000)
    stop.abort()
    expect(await run.ended).toBe('cancelled')
  })
})

it('gives back the start of a session that could not be asked', async () => {
  const setup = setUp()
  const run = setup.run(items(100), { tookMs: 5, answer: () => ({ kind: 'not-asked' }) })
  const beganMs = setup.clock.now()
  await setup.clock.until(run.ended)
  expect(setup.clock.now() - beganMs).toBeLessThan(1000)
})

it('ends at once where there is nothing to do', async () => {
  expect(await setUp().run([]).ended).toBe('done')
})
