import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { endProgram, newPage, projectRoot } from './programs.ts'
import { type RunningShell, type StartOptions, storyEnv } from './shell.ts'

/** The built server in a process of its own; the page opens the link that it prints. */
export async function startHeadless(options: StartOptions): Promise<RunningShell> {
  if (options.browser === null) throw new Error('the headless shell needs a browser')
  const server = join(projectRoot, 'out/main/server.js')
  const child = spawn(process.execPath, [server, '--no-open', '--data', options.dataDir, ...options.args], {
    env: storyEnv(options.homeDir),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const link = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        const found = /http:\/\/\S+#token=\S+/.exec(said)
        if (found) resolve(found[0])
      })
    }
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)))
    child.on('error', reject)
  })
  const { context, page } = await newPage(options.browser, options.prepare)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(link).origin })
  await page.goto(link)
  return {
    page,
    answerDialogs: () => Promise.reject(new Error('the headless shell has no native dialogs')),
    readClipboard: () => page.evaluate('navigator.clipboard.readText()'),
    clickMenu: () => Promise.reject(new Error('the headless shell has no menu')),
    stop: async () => {
      await context.close()
      await endProgram(child, () => said)
    },
  }
}
