import type { Redis } from 'ioredis'
import { escapeGlob } from '../../bytes/glob.ts'
import { type RedisLink, type Reply, textOf } from './link.ts'

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 30_000

/**
 * Whether the server tells of changed keys: notices by key, of all kinds of change. Its configuration is read, never
 * changed; when it cannot be read, it counts as off.
 */
export async function tellsChanges(link: RedisLink): Promise<boolean> {
  try {
    for (const master of link.masters()) {
      const reply = await master.send(['CONFIG', 'GET', 'notify-keyspace-events'])
      const flags = Array.isArray(reply) ? textOf((reply as readonly Reply[])[1]) : ''
      const isComplete = flags.includes('A') || ['g', '$', 's', 'h', 'x'].every((flag) => flags.includes(flag))
      if (!flags.includes('K') || !isComplete) return false
    }
    return true
  } catch {
    return false
  }
}

export interface WatchTarget {
  /** A connection to each server that owns keys, made for listening. */
  open(): Promise<readonly Redis[]>
  readonly database: number
}

/**
 * Listens until it is told to end. A connection that is lost is made again with growing pauses: nothing else would tell
 * that the server is back. Null when the user may not listen.
 */
export async function watchKeys(
  target: WatchTarget,
  prefix: string,
  onChange: () => void,
  onLost: () => void,
): Promise<(() => Promise<void>) | null> {
  const pattern = `__keyspace@${target.database}__:${escapeGlob(prefix)}*`
  let clients: readonly Redis[] = []
  let ended = false
  let timer: NodeJS.Timeout | undefined
  let delayMs = FIRST_DELAY_MS

  const listen = async (): Promise<void> => {
    const made = await target.open()
    try {
      for (const client of made) {
        client.on('pmessage', () => {
          if (!ended) onChange()
        })
        await client.psubscribe(pattern)
      }
    } catch (error) {
      for (const client of made) client.disconnect()
      throw error
    }
    if (ended) {
      for (const client of made) client.disconnect()
      return
    }
    clients = made
    for (const client of made) client.once('end', lose)
  }
  const lose = (): void => {
    if (ended || timer !== undefined) return
    for (const client of clients) client.off('end', lose).disconnect()
    clients = []
    onLost()
    again()
  }
  const again = (): void => {
    timer = setTimeout(() => {
      timer = undefined
      listen().then(
        () => {
          delayMs = FIRST_DELAY_MS
          // What happened in between was told to nobody.
          if (!ended) onLost()
        },
        () => {
          if (!ended) again()
        },
      )
    }, delayMs)
    timer.unref()
    delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)
  }

  await listen()
  return async () => {
    ended = true
    clearTimeout(timer)
    for (const client of clients) client.disconnect()
  }
}
