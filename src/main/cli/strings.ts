import { isAppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import { cleanText } from '../formats/clean-text.ts'
import { detectText, unambiguous } from '../formats/detect.ts'
import { explainForeignText } from '../formats/foreign.ts'
import { variantById } from '../formats/registry.ts'
import { splitText } from '../formats/split-text.ts'
import { summaryOf, unreadableSummary } from '../sources/session-reader.ts'
import { problemOf } from './problems.ts'
import type { Candidate, ReadString } from './tools.ts'

/** Formats that a text fits, the surest first. */
export function detectString(text: string): readonly Candidate[] {
  return detectText(cleanText(text).text).map(({ format, detection }) => ({ format, ...detection }))
}

/** Every string in a text; a text that holds none answers one unreadable entry. */
export async function readStrings(text: string): Promise<readonly ReadString[]> {
  const { candidates } = splitText(text)
  if (candidates.length === 0) {
    return [unreadable('standard input', [problemOf(explainForeignText(cleanText(text).text))])]
  }
  return candidates.map((candidate) => readString(candidate.text, candidate.origin))
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
