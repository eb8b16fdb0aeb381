import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { startUtilityProcess } from '../src/main/electron/utility-process.ts'
import { startNodeProcess } from '../src/main/shell/node-process.ts'
import type { AppProcess } from '../src/main/telegram/start-process.ts'
import * as double from './support/electron-double/electron.ts'

// `electron` is the double here.
beforeAll(() => double.fireReady())

const echo = join(import.meta.dirname, 'support/echo-process.ts')
const main = join(import.meta.dirname, '../src/main')

function nextMessage(process: AppProcess): Promise<unknown> {
  return new Promise((resolve) => process.onMessage(resolve))
}

function ended(process: AppProcess): Promise<void> {
  return new Promise((resolve) => process.onExit(resolve))
}

/** The way a program of its own would use it: `body` sees `child`, an echo that was started. */
function program(body: string): string {
  return `import { startNodeProcess } from ${JSON.stringify(join(main, 'shell/node-process.ts'))}
    const child = startNodeProcess(${JSON.stringify(echo)}, 'echo')
    ${body}`
}

describe.each([
  ['Node', startNodeProcess],
  ['Electron', startUtilityProcess],
] as const)('a process of %s', (_name, start) => {
  test('takes and sends clones, in order', async () => {
    const child = start(echo, 'echo')
    const given: unknown[] = []
    child.onMessage((message) => given.push(message))
    const bytes = new Uint8Array([0, 255, 7])
    const sent = [{ big: 2n ** 63n, bytes, map: new Map([[1, 'one']]) }, 'two', null]
    for (const message of sent) child.send(message)
    // What was sent is the sender's own again: keys are wiped at once.
    bytes.fill(0)
    await expect.poll(() => given.length).toBe(3)
    expect(given).toEqual([
      { big: 2n ** 63n, bytes: new Uint8Array([0, 255, 7]), map: new Map([[1, 'one']]) },
      'two',
      null,
    ])
    child.kill()
    await ended(child)
  })

  test('ends at once, before it is there and in the midst of work', async () => {
    const early = start(echo, 'echo')
    const isOver = ended(early)
    early.kill()
    await isOver
    const busy = start(echo, 'echo')
    const answer = nextMessage(busy)
    busy.send('spin')
    expect(await answer).toBe('spin')
    const isDone = ended(busy)
    busy.kill()
    await isDone
  })

  test('tells once that it failed, and takes no more then', async () => {
    const child = start(join(import.meta.dirname, 'support/none.ts'), 'none')
    const onExit = vi.fn()
    child.onExit(onExit)
    await expect.poll(() => onExit.mock.calls.length).toBe(1)
    child.send('anything')
    child.kill()
    child.hold(false)
    expect(onExit).toHaveBeenCalledOnce()
  })
})

describe('a process of Node', () => {
  test('keeps the program only while held', async () => {
    const code = program(`child.onMessage(() => child.hold(false)); child.hold(true); child.send('hello')`)
    const run = promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', code])
    await expect(run).resolves.toBeDefined()
  })

  test.each(['SIGKILL', 'SIGINT'] as const)('ends with a program that %s ends, and not before it', async (signal) => {
    const code = program(`child.onMessage((pid) => process.stdout.write('ready'))
      process.on('SIGINT', () => setTimeout(() => { child.onMessage(() => process.exit(7)); child.send('still there?') }, 100))
      child.send('hello')`)
    // A group of its own, as a terminal makes one: the signal reaches parent and child.
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '--eval', code], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(parent.stdout, 'data')
    const group = -(parent.pid ?? 0)
    const exit = once(parent, 'exit')
    if (signal === 'SIGKILL') parent.kill(signal)
    else process.kill(group, signal)
    expect(await exit).toEqual(signal === 'SIGKILL' ? [null, 'SIGKILL'] : [7, null])
    await expect.poll(() => isGroupAlive(group), { timeout: 10_000 }).toBe(false)
  })
})

function isGroupAlive(group: number): boolean {
  try {
    return process.kill(group, 0)
  } catch {
    return false
  }
}
