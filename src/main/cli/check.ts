import { parseCommand } from './arguments.ts'
import type { Command } from './command.ts'
import { EXIT } from './io.ts'
import { distinct, printProblems } from './problems.ts'
import { announce, countLogins, countOf, TELEGRAM_EXIT } from './telegram/announce.ts'
import { type Asking, openAsking, type Told, type Tried } from './telegram/ask.ts'
import { findLogins, type Login } from './telegram/logins.ts'
import { readRoute, TELEGRAM_HELP, TELEGRAM_OPTIONS } from './telegram/options.ts'
import { statusText, toldJson, toldTable } from './telegram/report.ts'
import { runLogins } from './telegram/run.ts'
import { readCheck } from '../telegram/login-result.ts'

export const command: Command = {
  help: `session-deck check PATH…|- [--json]

Asks Telegram about each login in files and folders, or in strings on standard input (-), whether it lives: one
connection, one question with the session's own key, the end. Nothing is written to sessions. Each key is asked about
once; sessions that a program has open are left out. Where it goes is said before, on standard error.

${TELEGRAM_HELP}  --json            {"sessions": [{"path", "name", "keyId", "status", "final", "evidence", "at", "wayOut", "dc",
                    "account", "until", "newDc", "skipped", "reason"}], "interrupted", "problems"}

Exit codes: 0 every login lives, 1 nothing to ask about, 2 wrong use, 3 some are dead, 4 none is known to be dead, and
of some it could not be told, 130 stopped by Ctrl+C (what is under way ends first).
`,
  nothing: { sessions: [], interrupted: false },
  async run(argv, context) {
    const { io } = context
    const { values, positionals } = parseCommand(argv, TELEGRAM_OPTIONS)
    const route = await readRoute(io, values)
    try {
      const found = await findLogins(positionals, route, context)
      announce(io, found.logins, route)
      const asking = openAsking(route, io)
      try {
        const { told, notes, exitCode } = await runLogins(io, found.logins, route, {
          ask: (login, signal) => checkOne(asking, login, signal),
          skipped: (one) => one,
          copy: copyOf,
        })
        const problems = distinct(found.problems)
        if (values.json) {
          const interrupted = exitCode !== null
          io.out(`${JSON.stringify({ sessions: told.map(toldJson), interrupted, problems }, null, 2)}\n`)
        } else {
          if (told.length > 0) io.out(toldTable(told, statusText))
          else io.err('No sessions here.\n')
          printProblems(io, problems)
        }
        for (const note of notes) io.err(`${note}\n`)
        if (told.length === 0) return exitCode ?? EXIT.failed
        const { alive, dead, untold } = countLogins(told)
        if (!values.json) io.err(`${countOf(alive, 'login')} alive, ${dead} dead, ${untold} not known.\n`)
        if (exitCode !== null) return exitCode
        if (dead > 0) return TELEGRAM_EXIT.dead
        return untold > 0 || found.failed ? TELEGRAM_EXIT.untold : EXIT.done
      } finally {
        await asking.close()
      }
    } finally {
      route.forget()
    }
  },
}

async function checkOne(asking: Asking, login: Login, signal: AbortSignal): Promise<Tried> {
  const asked = await asking.ask(login, signal, (gateway, access, stop) => gateway.check(access, stop), readCheck)
  if (asked.kind === 'not-asked') return asked.tried
  const { status, waitSeconds } = asked.answer
  return {
    attempt: { kind: 'answered', status, waitSeconds },
    told: { login, result: asked.result, skipped: null, reason: '' },
  }
}

/** The same key, and with it the same login. */
function copyOf(login: Login, asked: Told): Told {
  return { ...asked, login, skipped: asked.skipped ?? 'same-key' }
}
