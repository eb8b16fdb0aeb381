import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDemoLogins, type DemoLogin } from './demo-logins.ts'
import { writeSampleLibrary } from './write-sample-library.ts'

const SESSIONS = 120
const root = mkdtempSync(join(tmpdir(), 'demo-logins-'))
let logins: readonly DemoLogin[]
beforeAll(async () => {
  logins = await loginsOf('one', 1_775_000_000)
}, 60_000)
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function loginsOf(folder: string, nowSeconds: number): Promise<readonly DemoLogin[]> {
  const made = createDemoLogins()
  await writeSampleLibrary(join(root, folder), { sessions: SESSIONS, seed: 7, nowSeconds, onSession: made.add })
  return made.list()
}

it('makes one login of each key, most of them alive, and some of every other kind', () => {
  const keys = logins.map(({ authKey }) => Buffer.from(authKey).toString('hex'))
  expect(new Set(keys).size).toBe(keys.length)
  const states = Object.groupBy(logins, ({ state }) => state)
  const alive = (states.ok?.length ?? 0) / logins.length
  expect(alive).toBeGreaterThan(0.6)
  expect(alive).toBeLessThan(0.8)
  expect(Object.keys(states)).toHaveLength(15)
  expect(logins.every(({ account, state }) => account !== null || state === 'unregistered')).toBe(true)
})

it('makes the same logins from the same seed, whenever that is', async () => {
  expect(await loginsOf('two', 1_900_000_000)).toEqual(logins)
}, 60_000)
