import { canWrite, type Format, type Variant } from '../formats/format.ts'
import type { SampleWish } from './sample-session.ts'
import { BOT_NAMES, PEOPLE } from './sample-names.ts'
import { folderFor } from './sample-folders.ts'
import type { SeededRandom } from './seeded-random.ts'

/** One file of the library before it is made. */
export interface PlannedFile extends SampleWish {
  /** Below the library's folder, `/` between names, without an ending. */
  readonly place: string
  readonly format: Format
  readonly variant: Variant
  /** Takes the key and account of an earlier file (by index) instead of new ones. */
  readonly copyOf: number | null
  /** Left in WAL mode, with rows that lie in the `-wal` alone. */
  readonly wal: boolean
  readonly mode: number
}

const BOT_AGAIN = ['eu', 'staging', 'latam', 'v2', 'de', 'dev', 'asia', 'old'] as const
const PERSON_AGAIN = ['laptop', 'work', 'server', 'old', 'travel', 'vps', 'desktop', 'backup'] as const
const MANY_PEERS = 50_000
/** Strings are carried around and folders have a file for each peer: both stay small. */
const MOST_PEERS: Readonly<Record<Format['medium'], number>> = { text: 40, file: 400, folder: 60, tables: Infinity }

/**
 * Which files there are: every variant that can be written at least once, then mostly what people have today.
 * The named oddities (many peers, WAL, readable by others) come first, so that small libraries have them too.
 */
export function planFiles(random: SeededRandom, formats: readonly Format[], count: number): PlannedFile[] {
  const targets = formats.flatMap((format) =>
    writable(format)
      ? format.variants.filter((variant) => variant.writable).map((variant) => ({ format, variant }))
      : [],
  )
  const tables = targets.filter(({ format }) => format.medium === 'tables' && format.server === undefined)
  const common = tables.flatMap((target) => Array<Target>(shareOf(target)).fill(target))
  const names = nameGiver()
  const files: PlannedFile[] = []
  for (let index = 0; index < count; index += 1) {
    const every = targets[index]
    const target = every ?? oneOf(random, random.chance(0.85) && common.length > 0 ? common : targets)
    if (!target) break
    const inTables = target.format.medium === 'tables'
    const isBot = random.chance(0.68)
    const name = names(random, isBot)
    const copyOf = index > targets.length && random.chance(0.05) ? random.integer(index) : null
    files.push({
      ...target,
      place: `${folderFor(random, target.format, isBot)}/${name}`,
      name,
      isBot,
      loggedIn: !inTables || !random.chance(0.03),
      peers: Math.min(peerCount(random), MOST_PEERS[target.format.medium]),
      copyOf,
      wal: false,
      mode: 0o600,
    })
  }
  return withOddities(files, tables)
}

interface Target {
  readonly format: Format
  readonly variant: Variant
}

/** How often a shape turns up among people's files today. */
function shareOf({ format, variant }: Target): number {
  const isDefault = variant.id === format.defaultVariant
  if (format.id === 'telethon.sqlite') return isDefault ? 24 : 1
  if (format.id === 'pyrogram.sqlite') return isDefault || variant.id === 'K7' ? 12 : 1
  return isDefault ? 2 : 1
}

function writable(format: Format): boolean {
  // The app's own format is for its vault: nobody has files of it lying around. Folders of Telegram Desktop hold several
  // accounts and are made apart.
  if (format.library === 'session-deck' || format.library === 'tdesktop') return false
  return canWrite(format)
}

function withOddities(files: PlannedFile[], tables: readonly Target[]): PlannedFile[] {
  const inTables = files.filter((file) => file.format.id === 'telethon.sqlite' && file.copyOf === null)
  const holdsPeers = inTables.filter((file) => file.variant.carries.has('peers'))
  const big = holdsPeers.at(-1)
  const [wal, open] = inTables.filter((file) => file !== big && file.peers < 1500).slice(-2)
  const named = tables.find(({ format, variant }) => format === big?.format && variant.id === format.defaultVariant)
  return files.map((file) => {
    if (file === big)
      return {
        ...file,
        ...named,
        peers: MANY_PEERS,
        loggedIn: true,
        place: 'bots/community_manager_bot',
        name: 'community_manager_bot',
      }
    // A second file of fifty thousand would only cost time.
    if (big && file.copyOf === files.indexOf(big)) return { ...file, copyOf: null }
    if (file === wal) return { ...file, wal: true }
    return file === open ? { ...file, mode: 0o644 } : file
  })
}

/** Each name once; used again it gets a word more, and a number in the end. */
function nameGiver(): (random: SeededRandom, isBot: boolean) => string {
  const used = new Map<string, number>()
  return (random, isBot) => {
    const base = isBot ? random.pick(BOT_NAMES) : random.pick(PEOPLE)[0]
    const times = (used.get(base) ?? 0) + 1
    used.set(base, times)
    const word = times === 1 ? '' : `_${(isBot ? BOT_AGAIN : PERSON_AGAIN)[times - 2] ?? times}`
    return isBot ? `${base}${word}_bot` : `${base}${word}`
  }
}

function peerCount(random: SeededRandom): number {
  const share = random.integer(100)
  if (share < 12) return random.integer(10)
  if (share < 80) return random.between(20, 400)
  return share < 97 ? random.between(400, 1500) : random.between(1500, 4000)
}

function oneOf<T>(random: SeededRandom, items: readonly T[]): T | undefined {
  return items[random.integer(items.length)]
}
