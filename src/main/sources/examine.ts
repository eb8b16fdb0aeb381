import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isAppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import type { Session } from '../domain/session.ts'
import { canWrite, type FormatInfo } from '../formats/format.ts'
import { conversionReport } from '../formats/loss.ts'
import type { FieldReport } from '../formats/present-fields.ts'
import { formatById } from '../formats/registry.ts'
import { factsOf } from '../formats/session-facts.ts'
import { encodeSession, writeNew } from './encode-session.ts'
import type { Scanner } from './scan-types.ts'
import type { RawTable, SessionStore, WriteTarget } from './session-store.ts'
import { tableChanges } from './table-changes.ts'
import { makeFolder } from './user-files.ts'

/** Something wrong with a session as it is kept, and whether a clean copy is without it. */
interface Finding extends Problem {
  readonly cured: boolean
}

export interface Examination {
  readonly findings: readonly Finding[]
  /** What a clean copy would be written as; null when there is nothing to cure, or no cure. */
  readonly cure: Cure | null
}

interface Cure {
  readonly target: WriteTarget
  /** What is different in the copy, a sentence each: "Table “stray” is left out." */
  readonly changes: readonly string[]
  /** What the copy cannot keep. */
  readonly lost: readonly FieldReport[]
}

export interface ExamineTools {
  readonly scanner: Pick<Scanner, 'probe' | 'store'>
  /** Private folder, 0700. */
  readonly scratch: string
  readonly nowSeconds: number
}

/**
 * Looks for what is wrong with a session and whether writing it anew cures it: a clean copy is made in the scratch
 * folder, read back, compared, and removed. The original is only read.
 * @throws AppError what opening the session throws; a format that cannot be written gives findings without a cure
 */
export async function examineSession(store: SessionStore, key: string, tools: ExamineTools): Promise<Examination> {
  const before = await store.rawTables?.(key)
  const opened = await store.open(key)
  try {
    const { session, info, problems } = opened
    const uncured = problems.map((problem) => ({ ...problem, cured: false }))
    if (problems.length === 0) return { findings: uncured, cure: null }
    for (const target of cureTargets(info, tools.nowSeconds)) {
      const copy = await readCopy(session, basename(key), target, tools)
      const findings = problems.map((problem) => ({
        ...problem,
        cured: copy !== null && !copy.codes.has(problem.code),
      }))
      if (copy === null || !findings.some(({ cured }) => cured)) continue
      const changes = [...versionChange(info, copy.format), ...tableChanges(before ?? [], copy.tables)]
      return { findings, cure: { target, changes, lost: lostIn(session, info, target) } }
    }
    return { findings: uncured, cure: null }
  } finally {
    await opened.close()
  }
}

/** The session's own format: in the version it has, then in the usual one. What is locked is not copied in the open. */
function cureTargets(info: FormatInfo, nowSeconds: number): readonly WriteTarget[] {
  const format = formatById(info.formatId)
  if (!canWrite(format) || format.passcode !== undefined) return []
  const own = format.variants.filter(({ id, writable }) => id === info.variant && writable).map(({ id }) => id)
  return [...new Set([...own, format.defaultVariant])].map((variant) => {
    return { formatId: format.id, options: { variant, options: new Map(), nowSeconds } }
  })
}

/** Null when the session cannot be written at all: without a key, say. */
async function readCopy(
  session: Session,
  name: string,
  target: WriteTarget,
  { scanner, scratch }: ExamineTools,
): Promise<{ codes: ReadonlySet<string>; format: FormatInfo | null; tables: readonly RawTable[] } | null> {
  await makeFolder(scratch)
  const path = join(scratch, `${crypto.randomUUID()}.session`)
  try {
    await writeNew(path, await encodeSession(formatById(target.formatId), session, name, target))
    const [summary] = await scanner.probe(path)
    const tables = (await scanner.store(path).rawTables?.(basename(path))) ?? []
    return { codes: new Set(summary?.problems.map(({ code }) => code)), format: summary?.format ?? null, tables }
  } catch (error) {
    if (isAppError(error, 'session.no-key') || isAppError(error, 'format.missing-field')) return null
    throw error
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

function versionChange(before: FormatInfo, after: FormatInfo | null): string[] {
  if (after === null || after.formatVersion === before.formatVersion || after.formatVersion === null) return []
  if (before.formatVersion === null) return [`The version number ${after.formatVersion} is added.`]
  return [`The version number ${before.formatVersion} becomes ${after.formatVersion}.`]
}

function lostIn(session: Session, info: FormatInfo, target: WriteTarget): readonly FieldReport[] {
  const format = formatById(target.formatId)
  const variant = format.variants.find(({ id }) => id === target.options.variant)
  if (variant === undefined) return []
  return conversionReport(factsOf(session, info), { format, variant, options: target.options.options }).lost
}
