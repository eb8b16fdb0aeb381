import { UsageError } from '../headless/arguments.ts'
import type { Command, CommandContext } from './command.ts'
import { type CliIo, EXIT } from './io.ts'
import type { Tools } from './tools.ts'

const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  list: () => import('./list.ts'),
  inspect: () => import('./inspect.ts'),
  peers: () => import('./peers.ts'),
  convert: () => import('./convert.ts'),
  doctor: () => import('./doctor.ts'),
  detect: () => import('./detect.ts'),
  check: () => import('./check.ts'),
  revoke: () => import('./revoke.ts'),
  formats: () => import('./formats.ts'),
}

const HELP = `Session Deck: every Telegram session you own, in one place.

  session-deck list PATH…                 sessions in files and folders
  session-deck list --store FILE          sessions in a shared store
  session-deck inspect PATH|-             all that is known of a session, without its keys
  session-deck peers PATH                 the users, groups and channels a session knows
  session-deck convert IN --to FORMAT     write a session the way another library does
  session-deck doctor PATH                what is wrong with a session, and a repaired copy of it
  session-deck detect                     what a string on standard input is
  session-deck check PATH…|-              ask Telegram whether logins live
  session-deck revoke PATH…|-             log sessions out at Telegram, for good
  session-deck formats                    what can be read and written
  session-deck serve                      open the window in a browser

  --json      for machines: the same members always (all but serve)
  --help      more about a command: session-deck inspect --help
  --version   the version

Nothing here changes a session it reads. Only check and revoke contact Telegram, and list --store its store. Exit codes: 0 done, 1 nothing found or something failed, 2 wrong use.
`

/** The command line from start to end. Answers the exit code and throws nothing. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = argv
  if (name === '--version' || name === '-V') {
    io.out(`${io.version}\n`)
    return EXIT.done
  }
  if (name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    io.out(HELP)
    return EXIT.done
  }
  if (name === 'serve') return serve(rest, io)
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!load) {
    // The word itself is not repeated: it may be a string that somebody pasted.
    io.err(name === undefined ? HELP : `There is no such command.\n\n${HELP}`)
    return EXIT.usage
  }
  const { command } = await load()
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(command.help)
    return EXIT.done
  }
  return runCommand(command, rest, io)
}

async function runCommand(command: Command, argv: readonly string[], io: CliIo): Promise<number> {
  let opened: Promise<Tools> | null = null
  const context: CommandContext = {
    io,
    tools: () => {
      opened ??= import('./open-tools.ts').then(({ openTools }) => openTools(io))
      return opened
    },
  }
  try {
    return await command.run(argv, context)
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`${error.message}\n\n${command.help}`)
      return EXIT.usage
    }
    const { problemOf, printProblems } = await import('./problems.ts')
    const problems = [problemOf(error)]
    if (argv.includes('--json')) io.out(`${JSON.stringify({ ...command.nothing, problems }, null, 2)}\n`)
    else printProblems(io, problems)
    return EXIT.failed
  } finally {
    await (await (opened as Promise<Tools> | null)?.catch(() => null))?.close()
  }
}

async function serve(argv: readonly string[], io: CliIo): Promise<number> {
  const { serve: serveHeadless } = await import('../headless/serve.ts')
  return serveHeadless(argv, { version: io.version, code: io.code, write: io.out, warn: io.err })
}
