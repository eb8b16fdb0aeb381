import { join } from 'node:path'
import { logCrashes } from '../shell/crash.ts'
import { defaultRoot, emptyScratch, openDataFolder, temporaryRoot } from '../shell/data-folder.ts'
import { describeHolder, lockDataFolder } from '../shell/data-lock.ts'
import { openLog } from '../shell/json-log.ts'
import { isLoopback, parseServeArguments, SERVE_HELP, type ServeArguments, UsageError } from './arguments.ts'
import { hasBrowser, openBrowser } from './browser.ts'
import { type RunningServer, startServer } from './start-server.ts'
import { untilStopped } from './stop-signal.ts'

/** How long an orderly end may take. */
const CLOSE_WITHIN_MS = 5000

export interface ServeOptions {
  readonly version: string
  /** Folder of the built main files. */
  readonly code: string
  readonly write: (text: string) => void
  readonly warn: (text: string) => void
}

/** The headless shell from start to end. Answers the exit code: 0 closed in order, 1 could not run, 2 wrong use. */
export async function serve(argv: readonly string[], options: ServeOptions): Promise<number> {
  let args: ServeArguments | null
  try {
    args = parseServeArguments(argv)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    options.warn(`${error.message}\n\n${SERVE_HELP}`)
    return 2
  }
  if (args === null) {
    options.write(SERVE_HELP)
    return 0
  }
  return serveWith(args, options)
}

async function serveWith(args: ServeArguments, options: ServeOptions): Promise<number> {
  const temporary = args.demo && args.root === null
  const folder = openDataFolder(args.root ?? (temporary ? temporaryRoot() : defaultRoot()), options.code, temporary)
  const lock = lockDataFolder(folder.root, 'headless')
  if ('heldBy' in lock) {
    options.warn(`${describeHolder(lock.heldBy, folder.root)}\n`)
    return 1
  }
  emptyScratch(folder)
  const log = openLog(folder.logFile)
  logCrashes(log, () => {
    options.warn(`Session Deck had to stop; what happened is in ${folder.logFile}\n`)
    process.exit(1)
  })
  const stopped = untilStopped()
  let removeOpener = (): void => {}
  try {
    const server = await startServer({
      ...args,
      version: options.version,
      paths: folder.paths,
      pageFolder: join(options.code, '../renderer'),
      log,
    })
    log.info('serving', { origin: server.origin })
    announce(server, args, options)
    if (args.open ?? hasBrowser()) removeOpener = openBrowser(server.link, folder.root)
    if (args.paths.length > 0) server.app.emit({ type: 'open', paths: [...args.paths] })
    await stopped
    await closeInTime(server)
    return 0
  } catch (error) {
    log.error('could not start', { error })
    options.warn(`${startProblem(error, args)}\n`)
    return 1
  } finally {
    removeOpener()
    log.close()
    lock.release()
    folder.discard()
  }
}

function announce(server: RunningServer, args: ServeArguments, options: ServeOptions): void {
  if (!isLoopback(args.host)) {
    options.warn(
      `Warning: ${args.host} can be reached from other computers, over unencrypted HTTP. Anyone who has the link ` +
        'can use every session shown. An SSH tunnel to 127.0.0.1 is the safe way.\n',
    )
  }
  options.write(
    `Session Deck is open at\n\n  ${server.link}\n\nThe link lets its holder in: keep it to yourself. Ctrl+C stops.\n`,
  )
}

async function closeInTime(server: RunningServer): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS).unref())
  await Promise.race([server.close(), late])
}

function startProblem(error: unknown, args: ServeArguments): string {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'EADDRINUSE') return `Port ${args.port} is in use. Choose another with --port, or leave it out.`
  if (code === 'EACCES') return `Port ${args.port} may not be used by this account. Choose one above 1023.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${args.host} is no address of this computer.`
  return `Session Deck could not start${error instanceof Error ? `: ${error.message}` : ''}`
}
