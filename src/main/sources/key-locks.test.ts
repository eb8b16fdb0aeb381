import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createKeyLocks, type KeyLocks } from './key-locks.ts'

let root: string
let nowMs: number
const opened: KeyLocks[] = []

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'key-locks-test-'))
  nowMs = 1_800_000_000_000
})
afterEach(() => {
  for (const locks of opened.splice(0)) locks.close()
  rmSync(root, { recursive: true, force: true })
})

const never = new AbortController().signal
const key = '00112233445566aa'

function open(): KeyLocks {
  const locks = createKeyLocks(root, { now: () => nowMs })
  opened.push(locks)
  return locks
}

it('lets one after the other have a key, in the order they came, and others go on meanwhile', async () => {
  const locks = open()
  const order: number[] = []
  const first = await locks.hold(key, 'direct', never)
  const rest = [1, 2, 3].map(async (number) => {
    const held = await locks.hold(key, 'direct', never)
    order.push(number)
    await new Promise((resolve) => setImmediate(resolve))
    held.release()
  })
  const other = await locks.hold('ffeeddccbbaa0099', 'direct', never)
  other.release()
  expect(order).toEqual([])
  first.release()
  first.release()
  await Promise.all(rest)
  expect(order).toEqual([1, 2, 3])
})

it('forgets who stopped waiting, without letting the next one in too early', async () => {
  const locks = open()
  const first = await locks.hold(key, 'direct', never)
  const stop = new AbortController()
  const gaveUp = locks.hold(key, 'direct', stop.signal)
  let third = false
  const waits = locks.hold(key, 'direct', never).then((held) => {
    third = true
    return held
  })
  stop.abort()
  await expect(gaveUp).rejects.toMatchObject({ name: 'AbortError' })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(third).toBe(false)
  first.release()
  ;(await waits).release()
})

it('is one lock for two programs over one data folder', async () => {
  const [mine, theirs] = [open(), open()]
  const held = await mine.hold(key, 'direct', never)
  let got = false
  const waits = theirs.hold(key, 'direct', never).then((other) => {
    got = true
    return other
  })
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(got).toBe(false)
  held.release()
  ;(await waits).release()
})

it('keeps nothing for a program that was killed, and leaves no file of it', async () => {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { createKeyLocks } = await import(${JSON.stringify(join(import.meta.dirname, 'key-locks.ts'))})
       await createKeyLocks(${JSON.stringify(root)}, { now: () => ${nowMs} }).hold('${key}', 'direct', new AbortController().signal)
       process.stdout.write('held')
       setInterval(() => {}, 1000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const locks = open()
  try {
    await once(child.stdout, 'data')
    const stop = AbortSignal.timeout(150)
    await expect(locks.hold(key, 'direct', stop)).rejects.toThrow()
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  ;(await locks.hold(key, 'direct', never)).release()
  expect(readdirSync(join(root, 'key-locks')).filter((name) => name.endsWith('.owner'))).toHaveLength(1)
})

it('keeps a key on its way out for five minutes after its last use', async () => {
  const [locks, others] = [open(), open()]
  const held = await locks.hold(key, 'direct', never)
  nowMs += 60_000
  held.release()
  nowMs += 100_000
  await expect(others.hold(key, 'proxy-1', never)).rejects.toMatchObject({
    code: 'telegram.wait',
    details: { seconds: 200, cause: 'way-out' },
  })
  // A refusal is no use.
  ;(await locks.hold(key, 'direct', never)).release()
  nowMs += 299_999
  await expect(others.hold(key, 'proxy-1', never)).rejects.toMatchObject({ details: { seconds: 1 } })
  nowMs += 1
  ;(await others.hold(key, 'proxy-1', never)).release()
})

it('does not wait longer where the clock was set back', async () => {
  const locks = open()
  ;(await locks.hold(key, 'direct', never)).release()
  nowMs -= 3_600_000
  await expect(locks.hold(key, 'proxy-1', never)).rejects.toMatchObject({ details: { seconds: 300 } })
})

it('is private, and takes its file away at the end', async () => {
  const locks = open()
  ;(await locks.hold(key, 'direct', never)).release()
  const folder = join(root, 'key-locks')
  if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700)
  locks.close()
  expect(readdirSync(folder)).toEqual(['keys.db'])
})
