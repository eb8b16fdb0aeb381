import { _electron } from '@playwright/test'
import { findElectron } from '../../scripts/electron-binary.ts'
import { projectRoot } from './programs.ts'
import { type RunningShell, type StartOptions, storyEnv, toElectronAnswer } from './shell.ts'

/** Why the electron project is skipped here, null where it runs. */
export function electronObstacle(): string | null {
  if (findElectron() === null) return 'Electron has no binary here'
  const isLinux = process.platform === 'linux'
  return isLinux && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'] ? 'Electron has no display here' : null
}

/** The program as a person has it. */
export async function startElectron(options: StartOptions): Promise<RunningShell> {
  const executablePath = findElectron()
  if (executablePath === null) throw new Error('no Electron binary')
  const program = await _electron.launch({
    executablePath,
    env: storyEnv(options.homeDir),
    args: [
      projectRoot,
      `--data=${options.dataDir}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...options.args,
    ],
  })
  const page = await program.firstWindow()
  await options.prepare(page)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  return {
    page,
    answerDialogs: (...answers) =>
      program.evaluate(({ dialog }, list) => {
        const next = async (): Promise<never> =>
          (list.shift() ?? { canceled: true, filePaths: [], filePath: '' }) as never
        Object.assign(dialog, { showOpenDialog: next, showSaveDialog: next })
      }, answers.map(toElectronAnswer)),
    readClipboard: () => program.evaluate(({ clipboard }) => clipboard.readText()),
    clickMenu: (id) =>
      program.evaluate(({ Menu }, item) => Menu.getApplicationMenu()?.getMenuItemById(item)?.click(), id),
    stop: () => program.close(),
  }
}
