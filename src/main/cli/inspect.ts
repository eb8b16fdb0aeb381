import { resolve } from 'node:path'
import type { Problem } from '../domain/problem.ts'
import { libraryLabel } from '../domain/libraries.ts'
import { DC_FLAGS } from '../domain/session.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import { onlyArgument, parseCommand } from './arguments.ts'
import type { Command } from './command.ts'
import { countText, formatText, timeText } from './describe.ts'
import { findAll } from './found.ts'
import { EXIT } from './io.ts'
import { distinct, printProblems } from './problems.ts'
import { sessionJson } from './session-json.ts'
import { facts } from './table.ts'
import { plain } from './terminal-text.ts'
import type { Tools } from './tools.ts'

export const command: Command = {
  help: `session-deck inspect PATH|- [--json]

Shows what is known of a session, or of every session in a folder or in strings or JSON on standard input (-).
Keys and strings are never shown. The passcode of what is locked is asked for at the terminal, or taken from the
environment variable SESSION_DECK_PASSCODE.

  --json   one object: {"path", "sessions": [{"format", "library", "formatVersion", "name", "keyId", "dc",
           "dataCenters", "server", "user", "apiId", "updateState", "channelStates", "peers", "minContexts",
           "sentFiles", "hasTakeout"}],
           "problems": [{"code", "message"}]}
`,
  nothing: { path: null, sessions: [] },
  async run(argv, { io, tools }) {
    const { values, positionals } = parseCommand(argv, { json: { type: 'boolean', default: false } })
    const path = onlyArgument(positionals, 'PATH')
    // The input first: without it there is nothing to open tools for.
    const text = path === '-' ? await io.input() : null
    const opened = await tools()
    const found = text === null ? await atPath(opened, path) : await inText(opened, text)
    const problems = distinct(found.problems)
    if (values.json) {
      const sessions = found.summaries.map(sessionJson)
      io.out(`${JSON.stringify({ path: text === null ? resolve(path) : '-', sessions, problems }, null, 2)}\n`)
    } else {
      io.out(found.summaries.map(describe).join('\n'))
      if (found.summaries.length === 0 && problems.length === 0) io.err('No session here.\n')
      printProblems(io, problems)
    }
    return found.failed || found.summaries.length === 0 ? EXIT.failed : EXIT.done
  },
}

interface Inspected {
  readonly summaries: readonly SessionSummary[]
  readonly problems: readonly Problem[]
  readonly failed: boolean
}

async function atPath(tools: Tools, path: string): Promise<Inspected> {
  const { sessions, problems, failed } = await findAll(tools, [path])
  return { summaries: sessions.map(({ summary }) => summary), problems, failed }
}

async function inText(tools: Tools, text: string): Promise<Inspected> {
  const read = (await tools.readStrings(text)).map(({ summary }) => summary)
  const summaries = read.filter((summary) => summary.format !== null)
  return {
    summaries,
    problems: read.flatMap((summary) => summary.problems),
    failed: summaries.length < read.length,
  }
}

function describe(summary: SessionSummary): string {
  const { account, updateState } = summary
  const rows: [string, string | null][] = [
    ['format', `${formatText(summary)} (${summary.format?.formatId ?? ''})`],
    ['library', libraryLabel(summary.format?.library ?? '')],
    ['path', summary.path],
    ['key id', summary.keyId ?? 'no key: not logged in'],
    ...numbered(summary).map((dc): [string, string] => [dc.home ? 'home DC' : 'other DC', dcLine(summary, dc)]),
    ['account', account && `${account.id}${account.username ? ` @${account.username}` : ''}`],
    ['kind', account && account.isBot !== null ? (account.isBot ? 'bot' : 'user') : null],
    ['usernames', account?.extraUsernames?.map((name) => `@${name}`).join(', ') || null],
    ['premium', account?.isPremium === undefined ? null : account.isPremium ? 'yes' : 'no'],
    ['phone', account?.phone ? `+${account.phone}` : null],
    ['api id', summary.apiId === null ? null : String(summary.apiId)],
    ['update state', updateState && stateLine(updateState)],
    ['channel states', textOrNull(summary.channelStates)],
    ['peers', textOrNull(summary.peers)],
    ['min contexts', textOrNull(summary.minContexts || null)],
    ['sent files', textOrNull(summary.sentFiles)],
    ['token', summary.hasFutureAuthToken ? 'signs in again without a code' : null],
    ['server', summary.server ? 'an mtpylon server, not Telegram' : null],
    ['takeout', summary.hasTakeout ? 'an export of the account is running' : null],
    ['saved', timeText(summary.savedAt) || null],
  ]
  return `${plain(summary.name)}\n${facts(rows)}`
}

/** A server of one's own is one place without a number, kept as 0. */
function numbered({ dataCenters }: SessionSummary): SessionSummary['dataCenters'] {
  return dataCenters.filter(({ id }) => id !== 0)
}

function dcLine(summary: SessionSummary, dc: SessionSummary['dataCenters'][number]): string {
  const place =
    dc.address === null ? '' : ` at ${dc.address.includes(':') ? `[${dc.address}]` : dc.address}:${dc.port ?? '?'}`
  return `${dc.id}${summary.test ? ' (test)' : ''}${place}${dc.implied ? ' (implied)' : ''}${dc.hasKey ? ', with key' : ''}${dcExtras(dc)}`
}

const DC_WORDS: readonly (readonly [bit: number, word: string])[] = [
  [DC_FLAGS.ipv6, 'IPv6'],
  [DC_FLAGS.media, 'media only'],
  [DC_FLAGS.obfuscatedOnly, 'obfuscated only'],
  [DC_FLAGS.cdn, 'CDN'],
  [DC_FLAGS.static, 'static'],
  [DC_FLAGS.thisPortOnly, 'this port only'],
]

/** `, media only, with salt, clock +3 s`. */
function dcExtras({ flags, hasSalt, timeOffset }: SessionSummary['dataCenters'][number]): string {
  const words = DC_WORDS.flatMap(([bit, word]) => (((flags ?? 0) & bit) === 0 ? [] : [word]))
  if (hasSalt) words.push('with salt')
  if (timeOffset) words.push(`clock ${timeOffset > 0 ? '+' : ''}${timeOffset} s`)
  return words.map((word) => `, ${word}`).join('')
}

function stateLine(state: NonNullable<SessionSummary['updateState']>): string {
  const parts = [
    ['pts', state.pts],
    ['qts', state.qts],
    ['seq', state.seq],
  ].flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]))
  const time = timeText(state.date)
  return [...parts, ...(time === '' ? [] : [time])].join(', ') || 'empty'
}

function textOrNull(count: number | null): string | null {
  return count === null ? null : countText(count)
}
