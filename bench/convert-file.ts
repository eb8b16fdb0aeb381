import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fillSession } from '../src/main/formats/fill.ts'
import { formatById } from '../src/main/formats/registry.ts'
import { createSnapshots } from '../src/main/sources/peers-snapshots.ts'
import type { WorkerPool } from '../src/main/sources/pool.ts'
import { encodeSession, writeNew } from '../src/main/sources/encode-session.ts'

// Converts one Telethon file in a process of its own, so that the peak of its memory is its own:
// node convert-file.ts FILE FORMAT VARIANT TARGET. Prints milliseconds and KiB.

const [path = '', formatId = '', variant = '', target = '', small = ''] = process.argv.slice(2)
const noPool = {} as WorkerPool
const snapshots = createSnapshots(`${target}.scratch`, noPool)
const source = formatById('telethon.sqlite')
const format = formatById(formatId)

// Code is loaded and warm: what is measured after it is the rows.
await convert(small, `${target}.small`)
rmSync(`${target}.small`)
globalThis.gc?.()
const beforeKib = process.resourceUsage().maxRSS
const start = process.cpuUsage()
await convert(path, target)
const { user, system } = process.cpuUsage(start)
const ms = (user + system) / 1000
process.stdout.write(JSON.stringify({ ms, growthKib: process.resourceUsage().maxRSS - beforeKib, beforeKib }))
await snapshots.close()
rmSync(`${target}.scratch`, { recursive: true, force: true })

async function convert(from: string, to: string): Promise<void> {
  const tables = await snapshots.open(from)
  try {
    if (source.medium !== 'tables') throw new Error('Telethon files are tables')
    const [stored] = await source.list(tables)
    if (!stored) throw new Error('there is no session')
    const values = new Map([
      ['api-id', '12345'],
      ['is-bot', 'no'],
    ] as const)
    const session = fillSession(stored.decoded.session, values)
    const options = { variant, options: new Map<string, string>(), nowSeconds: 1_700_000_000 }
    await writeNew(join(to), await encodeSession(format, session, 'bench', { formatId, options }))
  } finally {
    tables.close()
  }
}
