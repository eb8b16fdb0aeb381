import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { claimFolder } from '../formats/detect.ts'

/** A folder of sessions that a program on this machine keeps. */
export interface KnownPlace {
  /** "Telegram Desktop (Flatpak)" */
  readonly name: string
  readonly path: string
}

interface Program {
  readonly name: string
  /** Its own folder among those of all programs, by any name it ever had. */
  readonly folders: readonly string[]
  /** Ids under which Flatpak and Snap keep it. */
  readonly flatpaks?: readonly string[]
  readonly snaps?: readonly string[]
}

/** Telegram Desktop and programs made from it: all keep a folder `tdata`. */
const DESKTOPS: readonly Program[] = [
  {
    name: 'Telegram Desktop',
    folders: ['TelegramDesktop', 'Telegram Desktop', 'Telegram Desktop Beta'],
    flatpaks: ['org.telegram.desktop'],
    snaps: ['telegram-desktop'],
  },
  {
    name: 'AyuGram',
    folders: ['AyuGramDesktop', 'AyuGram Desktop', 'AyuGram'],
    flatpaks: ['com.ayugram.desktop', 'io.github.ayugram_desktop'],
  },
  {
    name: '64Gram',
    folders: ['64Gram', '64Gram Desktop', '64GramDesktop'],
    flatpaks: ['io.github.tdesktop_x64.TDesktop'],
  },
  {
    name: 'Kotatogram',
    folders: ['KotatogramDesktop', 'Kotatogram Desktop', 'Kotatogram'],
    flatpaks: ['io.github.kotatogram'],
    snaps: ['kotatogram-desktop'],
  },
  {
    name: 'Forkgram',
    folders: ['Forkgram', 'ForkgramDesktop', 'Forkgram Desktop'],
    flatpaks: ['io.github.forkgram.tdesktop'],
  },
  { name: 'Nekogram', folders: ['Nekogram', 'NekogramDesktop', 'Nekogram Desktop', 'Nekogram X'] },
  { name: 'materialgram', folders: ['materialgram'], flatpaks: ['io.github.kukuruzka165.materialgram'] },
]

/** Programs over TDLib, by the ways from home to the folder that holds `td.binlog`. */
const TDLIB_PLACES: readonly (readonly [name: string, ...ways: string[]])[] = [
  ['telega for Emacs', '.telega'],
  ['tg', '.cache/tg', '.local/share/tg'],
  ['Paper Plane', '.local/share/paper-plane', '.var/app/app.drey.PaperPlane/data/paper-plane'],
  ['nchat', '.config/nchat/profiles', '.nchat/profiles'],
  ['Unigram', 'AppData/Local/Packages/38833FF26BA1D.UnigramPreview_g9c9v27vpyspw/LocalState'],
]

export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Usual folders of known programs that are there now, the commonest first. Never throws. */
export async function knownPlaces(home: string, around: Surroundings = process): Promise<readonly KnownPlace[]> {
  const candidates = [
    ...DESKTOPS.flatMap((program) => tdataFolders(program, home, around)),
    ...(await binlogFolders(home)),
  ]
  const present = await Promise.all(candidates.map(async (place) => ((await isOfSessions(place.path)) ? [place] : [])))
  return [...new Map(present.flat().map((place) => [place.path, place])).values()]
}

function tdataFolders(program: Program, home: string, { platform, env }: Surroundings): KnownPlace[] {
  const named = (suffix: string, ...bases: string[]): KnownPlace[] =>
    bases.flatMap((base) =>
      program.folders.map((folder) => {
        return { name: suffix === '' ? program.name : `${program.name} (${suffix})`, path: join(base, folder, 'tdata') }
      }),
    )
  if (platform === 'win32') return onWindows()
  if (platform === 'darwin') {
    const support = 'Library/Application Support'
    const contained = join(home, 'Library/Containers/org.telegram.desktop/Data', support)
    return [...named('', join(home, support)), ...named('App Store', contained), ...portable()]
  }
  return onLinux()

  function onLinux(): KnownPlace[] {
    const old =
      program.name === 'Telegram Desktop' ? [{ name: program.name, path: join(home, '.TelegramDesktop/tdata') }] : []
    const flatpaks = (program.flatpaks ?? []).map((id) => join(home, '.var/app', id, 'data'))
    const snaps = (program.snaps ?? []).flatMap((id) =>
      ['current', 'common'].map((version) => join(home, 'snap', id, version, '.local/share')),
    )
    return [
      ...named('', env['XDG_DATA_HOME'] || join(home, '.local/share')),
      ...old,
      ...named('Flatpak', ...flatpaks),
      ...named('Snap', ...snaps),
      ...portable(),
    ]
  }

  function onWindows(): KnownPlace[] {
    const roaming = env['APPDATA'] || join(home, 'AppData', 'Roaming')
    const local = env['LOCALAPPDATA'] || join(home, 'AppData', 'Local')
    const store = join(local, 'Packages', 'TelegramMessengerLLP.TelegramDesktop_t4vj0pshhgkwm', 'LocalCache', 'Roaming')
    const fromStore = { name: 'Telegram Desktop (Microsoft Store)', path: join(store, 'Telegram Desktop UWP', 'tdata') }
    return [
      ...named('', roaming, local),
      ...(program.name === 'Telegram Desktop' ? [fromStore] : []),
      ...named('Microsoft Store', store),
      ...portable(),
    ]
  }

  /** Unpacked where downloads land: `tdata` lies beside the program, or in a folder that makes it portable. */
  function portable(): KnownPlace[] {
    const bases = ['Downloads', 'Desktop', 'Documents', 'Applications', ''].map((folder) => join(home, folder))
    const own = program.name === 'Telegram Desktop' ? ['Telegram', ...program.folders] : program.folders
    return bases.flatMap((base) =>
      own.flatMap((folder) =>
        ['tdata', join('TelegramForcePortable', 'tdata')].map((way) => {
          return { name: `${program.name} (portable)`, path: join(base, folder, way) }
        }),
      ),
    )
  }
}

/** A program's folder, and those of its accounts one and two levels down. */
async function binlogFolders(home: string): Promise<KnownPlace[]> {
  const found = await Promise.all(
    TDLIB_PLACES.flatMap(([name, ...ways]) =>
      ways.map(async (way) => {
        const top = join(home, ...way.split('/'))
        const below = (await subfolders(top)).slice(0, MAX_ACCOUNTS)
        const deeper = (await Promise.all(below.map(subfolders))).flat().slice(0, MAX_ACCOUNTS)
        return [top, ...below, ...deeper].map((path) => ({ name, path }))
      }),
    ),
  )
  return found.flat()
}

const MAX_ACCOUNTS = 100

async function subfolders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name))
}

async function isOfSessions(path: string): Promise<boolean> {
  const names = await readdir(path).catch((): string[] => [])
  return claimFolder(names) !== null || names.includes('td.binlog')
}
