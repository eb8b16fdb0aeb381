import { relative } from 'node:path'
import { UsageError } from '../headless/arguments.ts'
import { parseCommand } from './arguments.ts'
import type { Command, CommandContext } from './command.ts'
import { accountText, countText, dcText, formatText, kindText, lastUsedSeconds, timeText } from './describe.ts'
import { findAll, findInStore, type Found } from './found.ts'
import { EXIT } from './io.ts'
import { distinct, printProblems } from './problems.ts'
import { sessionJson } from './session-json.ts'
import { readStoreFile } from './store-file.ts'
import { table } from './table.ts'

export const command: Command = {
  help: `session-deck list PATH… [--json]
session-deck list --store FILE [--json]

Shows the sessions in files and folders, with everything below them, or in a shared store (Redis, MongoDB, PostgreSQL,
MySQL or MariaDB, libSQL). The passcode of what is locked is asked for at the
terminal, place by place (Enter leaves one out), or taken from the environment variable SESSION_DECK_PASSCODE.

  --store FILE   holds the store's connection string, and can be read by you alone (chmod 600)
  --json         {"sessions": [{"path", …members of inspect…}], "problems": [{"code", "message"}]}
`,
  nothing: { sessions: [] },
  async run(argv, { io, tools }) {
    const { values, positionals } = parseCommand(argv, {
      json: { type: 'boolean', default: false },
      store: { type: 'string' },
    })
    const found = await findIn(values.store, positionals, { io, tools })
    const problems = distinct(found.problems)
    if (values.json) {
      const sessions = found.sessions.map(({ summary, file }) => ({ path: file.path, ...sessionJson(summary) }))
      io.out(`${JSON.stringify({ sessions, problems }, null, 2)}\n`)
    } else {
      if (found.sessions.length > 0) io.out(listTable(found))
      else io.err('No sessions here.\n')
      printProblems(io, problems)
    }
    return found.failed || found.sessions.length === 0 ? EXIT.failed : EXIT.done
  },
}

async function findIn(
  store: string | undefined,
  paths: readonly string[],
  { io, tools }: CommandContext,
): Promise<Found> {
  if (store === undefined) {
    if (paths.length === 0) throw new UsageError('PATH is missing')
    return findAll(await tools(), paths)
  }
  if (paths.length > 0) throw new UsageError('--store takes no PATH beside it')
  const address = await readStoreFile(store)
  if (address.ignored.length > 0) io.err(`Not used: ${address.ignored.join(', ')}.\n`)
  return findInStore(await tools(), address)
}

function listTable(found: Found): string {
  const columns = [
    { title: 'NAME', maxColumns: 28 },
    { title: 'ACCOUNT', maxColumns: 24 },
    { title: 'KIND' },
    { title: 'FORMAT' },
    { title: 'DC' },
    { title: 'KEY ID' },
    { title: 'PEERS', align: 'right' as const },
    { title: 'LAST UPDATE' },
    { title: 'PATH', maxColumns: 60 },
  ]
  const rows = found.sessions.map(({ summary, file }) => [
    summary.name,
    accountText(summary),
    kindText(summary),
    formatText(summary),
    dcText(summary),
    summary.keyId ?? 'no key',
    countText(summary.peers),
    timeText(lastUsedSeconds(summary)),
    summary.path === null ? file.path : shortPath(file.path),
  ])
  return table(columns, rows)
}

function shortPath(path: string): string {
  const below = relative(process.cwd(), path)
  return below === '' || below.startsWith('..') ? path : below
}
