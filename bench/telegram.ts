import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Secret } from '../src/main/domain/secret.ts'
import { startNodeProcess } from '../src/main/shell/node-process.ts'
import type { LoginAccess } from '../src/main/telegram/gateway.ts'
import { createGateway } from '../src/main/telegram/process-gateway.ts'
import { asRatio, inMs, report } from './row.ts'
import type { ServerCounts, ServerReady } from './telegram-logins.ts'

/**
 * 1,000 checks, 50 at a time, without the pace that is kept with Telegram itself: what the process of the gateway costs. The
 * server is the local one, in one more process; it shares the cores. Memory is read as Linux tells it.
 */
const COUNT = 1_000
const AT_ONCE = 50
const IDLE_MS = 200
const SETTLING_MS = 2_000
const MIB = 1024 ** 2

const server = fork(join(import.meta.dirname, 'telegram-logins.ts'), [String(COUNT)], { serialization: 'advanced' })
const { endpoint, authKeys } = (await messageOf(server)) as ServerReady
const logins = authKeys.map(
  (authKey): LoginAccess => ({
    endpoint,
    authKey: new Secret(authKey),
    app: { apiId: 1, apiHash: Secret.fromText('hash') },
    wayOut: { kind: 'direct' },
  }),
)

const gateway = createGateway({ code: null, version: '0.0.0', startProcess: startNodeProcess, idleMs: IDLE_MS })
const before = await restingBytes()
const first = await measured(() => checkAll(logins.slice(0, 1)))

let peak = 0
const sampling = setInterval(() => {
  peak = Math.max(peak, residentBytes())
}, 5)
const job = await measured(() => checkAll(logins))
clearInterval(sampling)
const after = await restingBytes()
await checkAll(logins)
const afterSecond = await restingBytes()
const cpuBefore = process.cpuUsage()
await wait(1_000)
const cpu = process.cpuUsage(cpuBefore)
await gateway.close()
server.send('end')
const counts = (await messageOf(server)) as ServerCounts

const total = 2 * COUNT + 1
report({
  name: 'first check, the process to be started',
  value: inMs(first.ms),
  baselineName: 'processor',
  baseline: inMs(first.cpuMs),
})
report({
  name: `${COUNT} checks, ${AT_ONCE} at a time, pacing off`,
  value: inMs(job.ms),
  baselineName: 'processor',
  baseline: inMs(job.cpuMs),
  target: '≤ 2 s',
  met: job.ms <= 2_000,
})
report({
  name: `connections, calls and handshakes of ${total} checks`,
  value: `${counts.connections}, ${counts.calls}, ${counts.handshakes}`,
  target: `${total}, ${total}, 0`,
  met: counts.connections === total && counts.calls === total && counts.handshakes === 0,
})
report({
  name: 'peak memory of app and gateway process meanwhile',
  value: inMib(peak),
  baselineName: 'before',
  baseline: inMib(before),
  target: '≤ 350 MiB',
  met: peak <= 350 * MIB,
})
reportMemory('memory once the process has ended', after, 'before the first', before)
reportMemory('memory after a second job', afterSecond, 'after the first', after)
report({ name: 'processor time of an idle second after it', value: inMs((cpu.user + cpu.system) / 1_000) })

function inMib(bytes: number): string {
  return `${(bytes / MIB).toFixed(0)} MiB`
}

function reportMemory(name: string, bytes: number, baselineName: string, baseline: number): void {
  report({
    name,
    value: inMib(bytes),
    baselineName,
    baseline: inMib(baseline),
    ratio: asRatio(bytes / baseline),
    target: '≤ 1.10×',
    met: bytes <= baseline * 1.1,
  })
}

/** `cpuMs` is processor time of this process alone. */
async function measured(work: () => Promise<void>): Promise<{ ms: number; cpuMs: number }> {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1_000 }
}

async function checkAll(all: readonly LoginAccess[]): Promise<void> {
  const left = [...all]
  const { signal } = new AbortController()
  const work = async (): Promise<void> => {
    for (let login = left.pop(); login !== undefined; login = left.pop()) {
      const { status, evidence } = await gateway.check(login, signal)
      if (status !== 'alive') throw new Error(`a check came to nothing: ${status}, ${evidence}`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, work))
}

/** Resident memory with the process and the garbage gone. */
async function restingBytes(): Promise<number> {
  globalThis.gc?.()
  await wait(SETTLING_MS)
  globalThis.gc?.()
  return residentBytes()
}

/** Of this process and its children but the server. */
function residentBytes(): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
  const pids = [process.pid, ...children.filter((pid) => pid !== '' && Number(pid) !== server.pid)]
  return pids.reduce<number>((sum, pid) => sum + residentBytesOf(pid), 0)
}

function residentBytesOf(pid: number | string): number {
  try {
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    // It has just ended.
    return 0
  }
}

async function messageOf(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, 'message')
  return message
}
