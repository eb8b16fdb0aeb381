import type { Format } from '../formats/format.ts'
import type { SeededRandom } from './seeded-random.ts'

const BOT_FOLDERS = ['bots', 'bots/shop', 'servers/fra-1', 'servers/fra-2', 'servers/sgp-1'] as const
const PEOPLE_FOLDERS = ['personal', 'personal/old phone', 'archive/2021', 'archive/2023'] as const

/** Where programs of a language lie together. */
const BY_LIBRARY: Readonly<Record<string, string>> = {
  ferogram: 'servers/rust',
  grammers: 'servers/rust',
  gotd: 'servers/go',
  gogram: 'servers/go',
  gramjs: 'servers/node',
  mtcute: 'servers/node',
  mtkruto: 'servers/node',
  wtelegramclient: 'servers/dotnet',
  mtpylon: 'own server',
  zagram: 'own server',
}

/** The folder a session of this kind is found in. */
export function folderFor(random: SeededRandom, format: Format, isBot: boolean): string {
  if (format.medium === 'text') return 'strings'
  return BY_LIBRARY[format.library] ?? random.pick(isBot ? BOT_FOLDERS : PEOPLE_FOLDERS)
}
