import { resolve } from 'node:path'
import { quoted } from '../../shared/error-texts.ts'
import { UsageError } from '../headless/arguments.ts'
import { AppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import type { StoreAddress } from '../sources/store-location.ts'
import { storeAddress } from '../sources/store-place.ts'
import { problemOf, UnreadableError } from './problems.ts'
import type { FoundFile, Tools } from './tools.ts'

/** Sessions that could be read, what is to be said about them, and whether something could not be read. */
export interface Found {
  readonly sessions: readonly FoundSession[]
  readonly problems: readonly Problem[]
  readonly failed: boolean
}

interface FoundSession {
  readonly summary: SessionSummary
  readonly file: FoundFile
  /** What it is opened by, together with the summary's key: the path that was looked at. */
  readonly root: string
}

/** Every session of a shared store; `path` is its address then, without user and password. */
export async function findInStore(tools: Tools, address: StoreAddress): Promise<Found> {
  const path = storeAddress(address.location)
  const { summaries, problem } = await tools.listStore(address)
  const readable = summaries.filter(({ format }) => format !== null)
  return {
    sessions: readable
      .toSorted((a, b) => compare(a.name, b.name))
      .map((summary) => ({ summary, file: { path, facts: null, summaries: [summary] }, root: path })),
    problems: [...summaries.flatMap((one) => one.problems.map(named(one))), ...(problem ? [problem] : [])],
    failed: problem !== null || readable.length < summaries.length,
  }
}

/** Looks at paths one after the other; one that fails becomes a problem. */
export async function findAll(tools: Tools, paths: readonly string[]): Promise<Found> {
  const sessions: FoundSession[] = []
  const problems: Problem[] = []
  let failed = false
  for (const path of paths) {
    try {
      const root = resolve(path)
      const files = await tools.find(root)
      for (const file of files) {
        for (const summary of file.summaries) {
          problems.push(...(files.length > 1 ? summary.problems.map(named(summary)) : summary.problems))
          if (summary.format === null) failed = true
          else sessions.push({ summary, file, root })
        }
      }
    } catch (error) {
      problems.push(problemOf(error))
      failed = true
    }
  }
  return { sessions: sessions.sort((a, b) => compare(a.file.path, b.file.path)), problems, failed }
}

/**
 * The session a command is about. @throws UsageError when there are several and none is named, AppError of what could
 * not be read, session.not-found
 */
export async function findOne(
  tools: Tools,
  path: string,
  wanted: string | null,
): Promise<{ path: string; summary: SessionSummary }> {
  const absolute = resolve(path)
  const summaries = (await tools.find(absolute)).flatMap((file) => file.summaries)
  const readable = summaries.filter((summary) => summary.format !== null)
  const matching = wanted === null ? readable : readable.filter(({ key, name }) => key === wanted || name === wanted)
  const [first, ...more] = matching
  if (first && more.length === 0) return { path: absolute, summary: first }
  if (first) throw new UsageError('There are several sessions at this path: choose one with --session NAME')
  const problem = wanted === null ? summaries.flatMap((summary) => summary.problems)[0] : undefined
  if (problem) throw new UnreadableError(problem)
  throw new AppError('session.not-found', { file: absolute })
}

/** Among many files a problem needs the name of its own; sentences about unreadable files hold it already. */
function named({ format, name }: SessionSummary): (problem: Problem) => Problem {
  if (format === null) return (problem) => problem
  return ({ code, message }) => ({ code, message: `${quoted(name)}: ${message}` })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
