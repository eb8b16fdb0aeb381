import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page, test as base } from '@playwright/test'
import { CHROMIUM_MISSING, findChromium } from '../../scripts/chromium.ts'
import { type Library, makeLibrary } from './library.ts'
import { projectRoot } from './programs.ts'
import type { DialogAnswer, RunningShell, ShellKind } from './shell.ts'
import { startDouble } from './start-double.ts'
import { electronObstacle, startElectron } from './start-electron.ts'
import { startHeadless } from './start-headless.ts'
import { createWatchers, type Watchers } from './watchers.ts'

export { expect } from '@playwright/test'

export interface ShellOptions {
  /** Set by the project. */
  readonly shellKind: ShellKind
}

export interface StoryOptions {
  /** Flags and paths the program starts with; `{library}` stands for the library's folder. */
  readonly startArgs: readonly string[]
  /** Golden files the library starts with: `[fixture, name, mode]`. */
  readonly files: readonly (readonly [fixture: string, name?: string, mode?: number])[]
  /** Golden files in the person's home folder. */
  readonly homeFiles: readonly (readonly [fixture: string, path: string])[]
}

/** The app as a story sees it. */
export interface StoryApp extends Pick<Watchers, 'allowSecrets' | 'allowConsole' | 'guardText'> {
  readonly kind: ShellKind
  /** The window; another one after `restart`. */
  readonly page: Page
  readonly dataDir: string
  readonly libraryDir: string
  /** Keys that lie elsewhere than in the library, and must not be seen either. */
  guardKeys(keys: readonly Uint8Array[]): void
  readonly library: Library
  answerDialogs(...answers: readonly DialogAnswer[]): Promise<void>
  readClipboard(): Promise<string>
  clickMenu(id: string): Promise<void>
  /** Ends the program and starts it again on the same data. */
  restart(): Promise<void>
}

/** Two people's logins and a file that is none; one of them readable by everybody. */
const USUAL_FILES: StoryOptions['files'] = [
  ['telethon/schema7.session', 'shop.session', 0o600],
  ['pyrogram/files/v3-user.session', 'news.session', 0o644],
]

const STARTERS = { headless: startHeadless, double: startDouble, electron: startElectron }

export const test = base.extend<StoryOptions & { app: StoryApp }, ShellOptions & { window: Browser | null }>({
  shellKind: ['headless', { option: true, scope: 'worker' }],
  startArgs: [[], { option: true }],
  files: [USUAL_FILES, { option: true }],
  homeFiles: [[], { option: true }],
  // One browser a worker; each story has a context of its own in it.
  window: [
    async ({ shellKind }, use) => {
      if (shellKind === 'electron') return use(null)
      const executablePath = findChromium()
      if (executablePath === null) throw new Error(CHROMIUM_MISSING)
      // Chromium's own sandbox does not work for root, as in containers.
      const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  app: async ({ shellKind, window: browser, startArgs, files, homeFiles }, use, info) => {
    const obstacle = shellKind === 'electron' ? electronObstacle() : null
    info.skip(obstacle !== null, obstacle ?? '')
    if (!existsSync(join(projectRoot, 'out/main/server.js'))) throw new Error('nothing is built: npm run build')
    const folder = await mkdtemp(join(tmpdir(), 'session-deck-e2e-'))
    const library = makeLibrary(join(folder, 'library'))
    for (const [fixture, name, mode] of files) library.add(fixture, name, mode)
    library.write('notes.txt', 'not a session\n')
    const watchers = createWatchers()
    watchers.guard(library.keys)
    const home = makeLibrary(join(folder, 'home'))
    for (const [fixture, path] of homeFiles) home.add(fixture, path)
    watchers.guard(home.keys)
    const dataDir = join(folder, 'data')
    const start = (): Promise<RunningShell> =>
      STARTERS[shellKind]({
        browser,
        dataDir,
        homeDir: home.folder,
        args: startArgs.map((argument) => argument.replace('{library}', library.folder)),
        prepare: watchers.prepare,
      })
    let shell = await start().catch(async (error: unknown) => {
      await rm(folder, { recursive: true, force: true })
      throw error
    })
    const app: StoryApp = {
      kind: shellKind,
      get page() {
        return shell.page
      },
      dataDir,
      libraryDir: library.folder,
      library: {
        ...library,
        add: (fixture, name, mode) => {
          const path = library.add(fixture, name, mode)
          watchers.guard(library.keys)
          return path
        },
        addAltered: (fixture, name, sql) => {
          const path = library.addAltered(fixture, name, sql)
          watchers.guard(library.keys)
          return path
        },
      },
      answerDialogs: (...answers) => shell.answerDialogs(...answers),
      readClipboard: () => shell.readClipboard(),
      clickMenu: (id) => shell.clickMenu(id),
      restart: async () => {
        await shell.stop()
        shell = await start()
      },
      allowSecrets: watchers.allowSecrets,
      allowConsole: watchers.allowConsole,
      guardText: watchers.guardText,
      guardKeys: watchers.guard,
    }
    try {
      await use(app)
      if (info.errors.length > 0) {
        const picture = await shell.page.screenshot().catch(() => null)
        if (picture !== null) await info.attach('the window', { body: picture, contentType: 'image/png' })
      }
      await watchers.finish(shell.page)
    } finally {
      // The folder goes, however the program ends.
      await shell.stop().finally(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
    }
  },
})
