import { isAppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import { cleanText } from '../formats/clean-text.ts'
import { type Claim, detectFile, detectText, unambiguous } from '../formats/detect.ts'
import { explainForeignBytes, explainForeignText } from '../formats/foreign.ts'
import type { Format } from '../formats/format.ts'
import { beginsLikeJson, filesInText } from '../formats/pasted-files.ts'
import { variantById } from '../formats/registry.ts'
import { splitText } from '../formats/split-text.ts'
import { readWhole, summarise } from '../sources/probe-content.ts'
import { summaryOf, unreadableSummary } from '../sources/session-reader.ts'
import { problemOf } from './problems.ts'
import type { Candidate, ReadString } from './tools.ts'

/** Formats that a text fits, the surest first. */
export function detectString(text: string): readonly Candidate[] {
  const [file] = filesInText(text).files
  const claims: readonly Claim<Format>[] = file ? detectFile(file.bytes) : detectText(cleanText(text).text)
  return claims.map(({ format, detection }) => ({ format, ...detection }))
}

/** Why a text that no format claims is none. */
export function explainText(text: string): Problem {
  return problemOf(
    beginsLikeJson(text)
      ? explainForeignBytes(new TextEncoder().encode(text))
      : explainForeignText(cleanText(text).text),
  )
}

/** Every string and every whole file (JSON) in a text; a text that holds none answers one unreadable entry. */
export async function readStrings(text: string): Promise<readonly ReadString[]> {
  const { files, rest } = filesInText(text)
  const { candidates } = splitText(rest)
  const isRead = files.length > 0 || candidates.some((one) => detectText(one.text).length > 0)
  if (!isRead && (candidates.length === 0 || beginsLikeJson(text)))
    return [unreadable('standard input', [explainText(text)])]
  const found: ReadString[] = []
  for (const { bytes, origin } of files) found.push(await readFile(bytes, origin))
  return [...found, ...candidates.map((candidate) => readString(candidate.text, candidate.origin))]
}

async function readFile(bytes: Uint8Array, origin: string): Promise<ReadString> {
  const whole = await readWhole(bytes, { passcode: null })
  if (whole === null) return unreadable(origin, [about(origin, problemOf(explainForeignBytes(bytes)))])
  if ('error' in whole) return unreadable(origin, [about(origin, problemOf(whole.error))])
  const { format, claims, decoded } = whole
  return { summary: summarise(format, claims, decoded, { key: origin, name: origin, path: null }), decoded }
}

function readString(text: string, origin: string): ReadString {
  const claims = detectText(text)
  const [first] = claims
  if (!first) return unreadable(origin, [about(origin, problemOf(explainForeignText(text)))])
  const { format } = unambiguous(claims) ?? first
  try {
    const decoded = format.decode(text)
    const others = claims.filter((claim) => claim.format !== format && claim.detection.certainty === 'exact')
    const problems = others.length === 0 ? decoded.problems : [...decoded.problems, ambiguous(origin, others)]
    const { carries } = variantById(format, decoded.info.variant)
    const place = { key: origin, name: origin, path: null }
    return { summary: summaryOf({ ...decoded, problems }, carries, place), decoded }
  } catch (error) {
    if (!isAppError(error)) throw error
    return unreadable(origin, [about(origin, problemOf(error))])
  }
}

function unreadable(origin: string, problems: readonly Problem[]): ReadString {
  return { summary: unreadableSummary({ key: origin, name: origin, path: null }, problems), decoded: null }
}

function about(origin: string, problem: Problem): Problem {
  return { code: problem.code, message: `In ${origin}: ${problem.message}` }
}

function ambiguous(origin: string, others: readonly { readonly format: { readonly label: string } }[]): Problem {
  const labels = others.map(({ format }) => format.label).join(', ')
  return { code: 'format.ambiguous', message: `The string in ${origin} could as well be: ${labels}.` }
}
