import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { tl } from '@mtcute/node'
import { serialize } from '../../support/telegram-server/tl.ts'
import { goBinary } from './go.ts'

const SOURCE = new URL('../gotd-server/', import.meta.url).pathname

/** Data centres by gotd's own test server. It knows no keys but those made with it, and checks no salts. */
export interface GotdServer {
  readonly endpoints: ReadonlyMap<number, { readonly host: string; readonly port: number }>
  /** PKCS#1 PEM, one for each data centre, for `addPublicKey`. */
  readonly publicKeys: readonly string[]
  close(): Promise<void>
}

interface Report {
  readonly dcs: readonly { readonly id: number; readonly host: string; readonly port: number }[]
  readonly keys: readonly string[]
}

/** Builds the server and answers what starts it, with the user that every key stands for. @throws Unavailable */
export async function gotdServer(): Promise<(user: tl.RawUser) => Promise<GotdServer>> {
  const program = await goBinary(SOURCE)
  return async (user) => {
    const env = { ...process.env, INTEROP_USERS: serialize([user]).toString('hex') }
    const child = spawn(program, { env, stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = once(child, 'close')
    const lines = createInterface(child.stdout)
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [unknown]
    if (typeof line !== 'string') throw new Error(`gotd-server ended with ${line}`)
    const { dcs, keys } = JSON.parse(line) as Report
    return {
      endpoints: new Map(dcs.map(({ id, host, port }) => [id, { host, port }])),
      publicKeys: keys,
      async close() {
        child.stdin.end()
        await ended
      },
    }
  }
}
