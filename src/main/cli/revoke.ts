import type { LogOutOutcome } from '../telegram/log-out.ts'
import { UsageError } from '../headless/arguments.ts'
import { judgeLogOut, judgeLostLogOut } from '../telegram/log-out.ts'
import { readCheck, readLogOut } from '../telegram/login-result.ts'
import { parseCommand } from './arguments.ts'
import type { Command } from './command.ts'
import { accountText, kindText } from './describe.ts'
import { type CliIo, EXIT } from './io.ts'
import { distinct, printProblems } from './problems.ts'
import { table } from './table.ts'
import { plain } from './terminal-text.ts'
import { announce, countOf, TELEGRAM_EXIT } from './telegram/announce.ts'
import { type Asking, openAsking, type Told, type Tried } from './telegram/ask.ts'
import { findLogins, type Login } from './telegram/logins.ts'
import { readRoute, TELEGRAM_HELP, TELEGRAM_OPTIONS } from './telegram/options.ts'
import { statusText, toldJson, toldTable } from './telegram/report.ts'
import { runLogins } from './telegram/run.ts'

export const command: Command = {
  help: `session-deck revoke PATH…|- [--yes] [--json]

Logs the sessions in files and folders, or in strings on standard input (-), out at Telegram: for good, bots as well.
Every copy of a key stops working, and so does the program that uses it. What ends is listed before, and a word has to be
typed at the terminal. Files stay as they are. Where the answer is lost on the way, one check settles what came of it.

  --yes             ends them without asking: for scripts
${TELEGRAM_HELP}  --json            {"sessions": [{"outcome", "copies", …members of check…}], "interrupted", "problems"}

Exit codes: 0 every login has ended, 1 nothing was done, 2 wrong use, 4 some have not ended, or it could not be told, 130
stopped by Ctrl+C (what is under way ends first).
`,
  nothing: { sessions: [], interrupted: false },
  async run(argv, context) {
    const { io } = context
    const { values, positionals } = parseCommand(argv, {
      ...TELEGRAM_OPTIONS,
      yes: { type: 'boolean', default: false },
    })
    if (!values.yes && (io.ask === null || positionals.includes('-'))) {
      throw new UsageError('This ends logins for good: say --yes, or run it at a terminal')
    }
    const route = await readRoute(io, values)
    try {
      const found = await findLogins(positionals, route, context)
      const problems = distinct(found.problems)
      await listBefore(io, found.logins)
      announce(io, found.logins, route)
      const isWanted = values.yes || (await isConfirmed(io, found.logins))
      if (!isWanted) io.err('Nothing was ended.\n')
      if (!isWanted || found.logins.length === 0) {
        if (values.json) io.out(`${JSON.stringify({ sessions: [], interrupted: false, problems }, null, 2)}\n`)
        else printProblems(io, problems)
        return EXIT.failed
      }
      const asking = openAsking(route, io)
      try {
        const { told, notes, exitCode } = await runLogins(io, found.logins, route, {
          ask: (login, signal) => revokeOne(asking, login, signal),
          skipped: (one): Revoked => ({ ...one, outcome: 'skipped' }),
          copy: copyOf,
        })
        if (values.json) {
          const sessions = told.map((one) => ({ outcome: one.outcome, copies: one.login.copies, ...toldJson(one) }))
          io.out(`${JSON.stringify({ sessions, interrupted: exitCode !== null, problems }, null, 2)}\n`)
        } else {
          io.out(toldTable(told, outcomeText))
          printProblems(io, problems)
        }
        for (const note of notes) io.err(`${note}\n`)
        if (exitCode !== null) return exitCode
        return told.every(hasEnded) && !found.failed ? EXIT.done : TELEGRAM_EXIT.untold
      } finally {
        await asking.close()
      }
    } finally {
      route.forget()
    }
  },
}

type Revoked = Told & { readonly outcome: LogOutOutcome['outcome'] | 'skipped' }

/** What ends, and what breaks with it. */
async function listBefore(io: CliIo, logins: readonly Login[]): Promise<void> {
  const ending = logins.filter(({ skip }) => skip === null || skip === 'same-key')
  if (ending.length === 0) {
    io.err(logins.length === 0 ? 'No sessions here.\n' : 'None of these can be logged out.\n')
    return
  }
  const columns = [
    { title: 'NAME', maxColumns: 28 },
    { title: 'ACCOUNT', maxColumns: 24 },
    { title: 'KIND' },
    { title: 'KEY ID' },
    { title: 'COPIES', align: 'right' as const },
    { title: 'IN USE BY', maxColumns: 24 },
    { title: 'PATH', maxColumns: 60 },
  ]
  const rows = await Promise.all(
    ending.map(async (login) => [
      login.name,
      accountText(login.summary),
      kindText(login.summary),
      login.keyId ?? '',
      login.copies === 0 ? '' : String(login.copies),
      (await login.inUseBy()).join(', '),
      login.path,
    ]),
  )
  io.err('These logins end at Telegram, for good:\n\n')
  io.err(`${table(columns, rows)}\n`)
  io.err('Every copy of their keys stops working, also elsewhere, and programs that use them stop. Files stay.\n')
}

/** The account where it is one login, else the number of them: so that it is read. */
async function isConfirmed(io: CliIo, logins: readonly Login[]): Promise<boolean> {
  const ending = logins.filter(({ skip }) => skip === null)
  const [only, ...more] = ending
  if (!only || io.ask === null) return false
  const word = more.length > 0 ? `end ${ending.length}` : accountText(only.summary) || only.name
  const typed = (await io.ask(`To end ${countOf(ending.length, 'login')}, type ${plain(word)}: `)).trim()
  return typed === word || typed === plain(word)
}

/** A lost answer is settled by one check, never by a guess. */
async function revokeOne(asking: Asking, login: Login, signal: AbortSignal): Promise<Tried<Revoked>> {
  const asked = await asking.ask(login, signal, (gateway, access, stop) => gateway.logOut(access, stop), readLogOut)
  if (asked.kind === 'not-asked') return { ...asked.tried, told: { ...asked.tried.told, outcome: 'skipped' } }
  const { status, waitSeconds, evidence } = asked.answer
  const judged = judgeLogOut(asked.answer)
  if (judged !== 'lost') {
    return {
      attempt: { kind: 'answered', status, waitSeconds },
      told: { login, result: asked.result, skipped: null, ...judged },
    }
  }
  const unstopped = new AbortController().signal
  const checked = await asking.ask(login, unstopped, (gateway, access, stop) => gateway.check(access, stop), readCheck)
  const [answer, result] = checked.kind === 'answered' ? [checked.answer, checked.result] : [null, asked.result]
  return {
    // Not tried again by itself: whoever reads this decides.
    attempt: { kind: 'answered', status: 'unknown', waitSeconds: null },
    told: { login, result, skipped: null, ...judgeLostLogOut(evidence, answer) },
  }
}

/** The same key, and with it the same login. */
function copyOf(login: Login, asked: Revoked): Revoked {
  return { ...asked, login, skipped: asked.skipped ?? 'same-key' }
}

function hasEnded({ outcome }: Revoked): boolean {
  return outcome === 'logged-out' || outcome === 'already'
}

function outcomeText(told: Revoked): string {
  switch (told.outcome) {
    case 'logged-out':
      return 'Logged out'
    case 'already':
      return `Had ended: ${statusText(told).toLowerCase()}`
    case 'in-doubt':
      return 'In doubt'
    case 'failed':
      return 'Not ended'
    case 'skipped':
      return 'Not asked'
  }
}
