import type { SkipReason } from '../../../shared/contract/telegram.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Session } from '../../domain/session.ts'
import { homeFacts } from '../../formats/session-facts.ts'
import { UsageError } from '../../headless/arguments.ts'
import type { SessionSummary } from '../../sources/session-store.ts'
import type { Endpoint } from '../../telegram/gateway.ts'
import { wayOutNameOf } from '../../telegram/way-out.ts'
import type { CommandContext } from '../command.ts'
import { lastUsedSeconds } from '../describe.ts'
import { findAll } from '../found.ts'
import type { Tools } from '../tools.ts'
import type { TelegramRoute } from './options.ts'

/** A session that was given, before Telegram is asked about its login. */
export interface Login {
  /** Absolute; `-` for standard input. */
  readonly path: string
  readonly name: string
  readonly summary: SessionSummary
  readonly keyId: string | null
  /** Where it will be asked, as far as its summary tells. */
  readonly endpoint: Endpoint | null
  /** Way out and data centre: what goes there shares a pace. */
  readonly way: string
  readonly accountId: string | null
  /** Null where it can be asked. */
  readonly skip: SkipReason | null
  /** Other sessions with the same key among those given. */
  readonly copies: number
  /** Programs that have it, or such a copy, open now. */
  inUseBy(): Promise<readonly string[]>
  open(): Promise<{ readonly session: Session; close(): Promise<void> }>
}

export interface FoundLogins {
  readonly logins: readonly Login[]
  /** Of sessions that could not be read. */
  readonly problems: readonly Problem[]
  readonly failed: boolean
}

type Given = Pick<Login, 'path' | 'summary' | 'inUseBy' | 'open'>

/**
 * The sessions at paths (`-`: strings on standard input), the newest-used first. Of those with one key the first stands
 * for all: the others are skipped as `same-key`. @throws UsageError without a path
 */
export async function findLogins(
  paths: readonly string[],
  route: TelegramRoute,
  { io, tools }: CommandContext,
): Promise<FoundLogins> {
  if (paths.length === 0) throw new UsageError('PATH is missing')
  const text = paths.includes('-') ? await io.input() : null
  const opened = await tools()
  const found = await findAll(
    opened,
    paths.filter((path) => path !== '-'),
  )
  const inText = text === null ? { given: [], problems: [] } : await readText(opened, text)
  const given = [
    ...found.sessions.map(({ summary, file, root }): Given => {
      return {
        path: file.path,
        summary,
        inUseBy: async () => (await opened.inUseBy(file.path)).map(({ name }) => name),
        open: () => opened.open(root, summary.key),
      }
    }),
    ...inText.given,
  ]
  return {
    logins: await chooseLogins(given, route),
    problems: [...found.problems, ...inText.problems],
    failed: found.failed || inText.problems.length > 0,
  }
}

async function readText(tools: Tools, text: string): Promise<{ given: Given[]; problems: readonly Problem[] }> {
  const strings = await tools.readStrings(text)
  return {
    given: strings.flatMap(({ summary, decoded }): Given[] =>
      decoded === null
        ? []
        : [
            {
              path: '-',
              summary,
              inUseBy: () => Promise.resolve([]),
              open: async () => ({ session: decoded.session, close: () => Promise.resolve() }),
            },
          ],
    ),
    problems: strings.filter(({ decoded }) => decoded === null).flatMap(({ summary }) => summary.problems),
  }
}

async function chooseLogins(given: readonly Given[], route: TelegramRoute): Promise<readonly Login[]> {
  const newestFirst = given.toSorted((a, b) => (lastUsedSeconds(b.summary) ?? 0) - (lastUsedSeconds(a.summary) ?? 0))
  const byKey = Map.groupBy(newestFirst, ({ summary }) => summary.keyId)
  const logins: Login[] = []
  for (const one of newestFirst) {
    const { keyId } = one.summary
    const copies = keyId === null ? [one] : (byKey.get(keyId) ?? [one])
    logins.push(await choose(one, copies, route))
  }
  return logins
}

async function choose(one: Given, copies: readonly Given[], route: TelegramRoute): Promise<Login> {
  const { path, summary, open } = one
  const { keyId, account, test } = summary
  const dcId = homeFacts(summary)?.id ?? null
  const endpoint = dcId === null ? null : route.endpoint(dcId, test ?? route.testNetwork)
  const inUseBy = async (): Promise<readonly string[]> => {
    const names = await Promise.all(copies.map((copy) => copy.inUseBy()))
    return [...new Set(names.flat())]
  }
  const skip = async (): Promise<SkipReason | null> => {
    if (keyId === null || summary.server !== undefined) return 'no-key'
    if (!route.includeInUse && (await inUseBy()).length > 0) return 'in-use'
    if (endpoint === null) return 'no-dc'
    return copies[0] === one ? null : 'same-key'
  }
  return {
    path,
    name: summary.name,
    summary,
    keyId,
    endpoint,
    way: JSON.stringify([wayOutNameOf(route.wayOut), endpoint?.id, endpoint?.test]),
    accountId: account?.id ?? null,
    skip: await skip(),
    copies: copies.length - 1,
    inUseBy,
    open,
  }
}
