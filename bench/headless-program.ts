import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { WebSocket } from 'ws'
import type { Client } from '../src/shared/contract/index.ts'

const root = join(import.meta.dirname, '..')

/**
 * Loaded into the program first; does nothing until SIGUSR2. From the first signal to the second it notes the longest
 * stretch of processor time between two turns of the event loop (as `thread-stall.ts` does, so that what other programs
 * take from the machine does not count), then writes it, in milliseconds, to `STALL_FILE`. A text, for a TypeScript file
 * would cost the start that is measured fifty milliseconds.
 */
const STALL_PROBE = `
import { writeFileSync } from 'node:fs'
const busyMs = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1000 }
let counting = false
process.on('SIGUSR2', () => {
  if (counting) { counting = false; return }
  counting = true
  let longest = 0
  let last = busyMs()
  const turn = () => {
    const now = busyMs()
    longest = Math.max(longest, now - last)
    last = now
    if (counting) setImmediate(turn)
    else writeFileSync(process.env.STALL_FILE, String(longest))
  }
  setImmediate(turn)
})`

/** The built headless shell as a process of its own. */
export interface HeadlessProgram {
  readonly link: string
  /** When its link was printed, Unix milliseconds. */
  readonly readyAtMs: number
  /** A connection beside that of the window. */
  connect(): Promise<{ client: Client; close(): void }>
  /** Begins to count stalls; answers how to end it and learn the longest, in milliseconds. */
  countStalls(): () => Promise<number>
  stop(): Promise<void>
}

export async function startProgram(dataFolder: string, stallFile: string): Promise<HeadlessProgram> {
  const program = join(root, 'out/main/server.js')
  const probe = `data:text/javascript,${encodeURIComponent(STALL_PROBE)}`
  const child = spawn(process.execPath, ['--import', probe, program, '--no-open', '--data', dataFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, STALL_FILE: stallFile },
  })
  const link = await linkOf(child)
  const readyAtMs = Date.now()
  return {
    link,
    readyAtMs,
    connect: () => connect(link),
    countStalls: () => {
      rmSync(stallFile, { force: true })
      child.kill('SIGUSR2')
      return async () => {
        child.kill('SIGUSR2')
        while (!existsSync(stallFile) || readFileSync(stallFile, 'utf8') === '') await sleep(5)
        return Number(readFileSync(stallFile, 'utf8'))
      }
    },
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function linkOf(child: ChildProcess): Promise<string> {
  let said = ''
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk)
    const found = /http:\/\/\S+#token=\S+/.exec(said)
    if (found) {
      child.stdout?.resume()
      return found[0]
    }
  }
  throw new Error('the server ended before it was ready')
}

async function connect(link: string): Promise<{ client: Client; close(): void }> {
  const { origin, host, hash } = new URL(link)
  const token = new URLSearchParams(hash.slice(1)).get('token')
  const answer = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token }),
  })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const socket = new WebSocket(`ws://${host}/rpc`, { headers: { cookie, origin } })
  socket.binaryType = 'arraybuffer'
  const rpc = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })
  await once(socket, 'open')
  return { client: createORPCClient<Client>(rpc), close: () => socket.close() }
}
