import { factsOf } from '../src/main/formats/session-facts.ts'
import type { SharedStore } from '../src/main/formats/format.ts'
import { asRatio, inMs, report } from './row.ts'

/** Sessions of each store; fewer for a quick try. */
export const SESSIONS = Number(process.env['BENCH_SESSIONS'] ?? 5000)

export interface Quickest {
  readonly ownMs: number
  readonly rawMs: number
}

/** The quickest of each, in turn: what slows a round down is something else on the machine. */
export async function quickest(
  rounds: number,
  own: () => Promise<unknown>,
  raw: () => Promise<unknown>,
): Promise<Quickest> {
  const best = { ownMs: Number.POSITIVE_INFINITY, rawMs: Number.POSITIVE_INFINITY }
  for (let round = 0; round < rounds; round += 1) {
    const ownStart = performance.now()
    await own()
    best.ownMs = Math.min(best.ownMs, performance.now() - ownStart)
    const rawStart = performance.now()
    await raw()
    best.rawMs = Math.min(best.rawMs, performance.now() - rawStart)
  }
  return best
}

/** Lists a store as the app does, with what it shows of each session. */
export async function listAll<Reader>(
  store: Pick<SharedStore<Reader, never>, 'survey' | 'pages'>,
  reader: Reader,
): Promise<number> {
  const { signal } = new AbortController()
  let count = 0
  for (const { prefix } of await store.survey(reader, signal)) {
    for await (const page of store.pages(reader, prefix, signal)) {
      for (const { decoded } of page) count += factsOf(decoded.session, decoded.info).dataCenters[0]?.keyId ? 1 : 0
    }
  }
  return count
}

export async function expectSessions(found: Promise<number>): Promise<void> {
  const count = await found
  if (count !== SESSIONS) throw new Error(`${count} sessions in place of ${SESSIONS}`)
}

export function reportRatio(name: string, baselineName: string, most: number, { ownMs, rawMs }: Quickest): void {
  report({
    name,
    value: inMs(ownMs),
    baselineName,
    baseline: inMs(rawMs),
    ratio: asRatio(ownMs / rawMs),
    target: `≤ ${most.toFixed(1)}×`,
    met: ownMs / rawMs <= most,
  })
}

/** "5,000 sessions" */
export function sessionsText(count = SESSIONS): string {
  return `${count.toLocaleString('en-US')} sessions`
}
