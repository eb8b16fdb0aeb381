import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Request } from '../../test/support/electron-double/main.ts'
import { endProgram, newPage, projectRoot } from './programs.ts'
import { type RunningShell, type StartOptions, storyEnv, toElectronAnswer } from './shell.ts'

/** The built Electron entry and preload under the test double; a real browser is its window. */
export async function startDouble(options: StartOptions): Promise<RunningShell> {
  if (options.browser === null) throw new Error('the double needs a browser')
  const main = join(projectRoot, 'test/support/electron-double/main.ts')
  const child = fork(main, ['.', `--data=${options.dataDir}`, ...options.args], {
    cwd: projectRoot,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...storyEnv(options.homeDir), ELECTRON_DOUBLE: 'serve', ELECTRON_DOUBLE_STAYS: '' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const waiting = new Map<number, (value: unknown) => void>()
  let lastId = 0
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (message: { url?: string; id?: number; value?: unknown }) => {
      if (message.url !== undefined) resolve(message.url)
      if (message.id !== undefined) waiting.get(message.id)?.(message.value)
    })
    child.on('exit', (code) => reject(new Error(`the entry ended with ${code}: ${said}`)))
    child.on('error', reject)
  })
  const ask = (request: Request): Promise<unknown> =>
    new Promise((resolve) => {
      lastId += 1
      waiting.set(lastId, resolve)
      child.send({ id: lastId, request })
    })
  const { context, page } = await newPage(options.browser, options.prepare)
  await page.goto(url)
  return {
    page,
    answerDialogs: async (...answers) =>
      void (await ask({ ask: 'answer-dialogs', answers: answers.map(toElectronAnswer) })),
    readClipboard: async () => String(await ask({ ask: 'clipboard' })),
    clickMenu: async (id) => void (await ask({ ask: 'menu', id })),
    stop: async () => {
      await context.close()
      await endProgram(child, () => said)
    },
  }
}
