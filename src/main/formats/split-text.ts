import { type CleanedText, cleanText } from './clean-text.ts'
import { detectText } from './detect.ts'

/** One thing in pasted text that is a session string, or looks like one. */
interface TextCandidate extends CleanedText {
  /** "line 3", "lines 3 to 8" */
  readonly origin: string
}

export interface SplitText {
  readonly candidates: readonly TextCandidate[]
  /** Lines that hold text but nothing like a session string. */
  readonly ignored: number
}

/** Nothing longer is offered as a string that failed. */
const MAX_CHARACTERS = 4096
/** Shorter text is no session string of any library (a key alone makes 342 characters). */
const MIN_CHARACTERS = 300
/** No wrapped string is longer than this: joining lines stops there. */
const MAX_JOINED_CHARACTERS = 1200

/**
 * Finds session strings in pasted text. A line is taken alone when some format claims it; else neighbouring lines are
 * joined as long as it takes for an exact claim (mail programs wrap long lines). What is long enough to be a string
 * but fits no format comes too, so that the person learns why it was refused.
 */
export function splitText(text: string): SplitText {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/)
  const candidates: TextCandidate[] = []
  const parts = new Map<number, string>()
  let ignored = 0
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? ''
    const here = candidatesIn(line)
    if (here.some((one) => detectText(one.text).length > 0)) {
      candidates.push(...here.map((one) => ({ ...one, origin: `line ${index + 1}` })))
      index += 1
      continue
    }
    const joined = joinFrom(lines, index, parts)
    if (joined !== null) {
      candidates.push({ ...joined.cleaned, origin: `lines ${index + 1} to ${index + joined.lines}` })
      index += joined.lines
      continue
    }
    candidates.push(...here.map((one) => ({ ...one, origin: `line ${index + 1}` })))
    if (here.length === 0 && line.trim() !== '') ignored += 1
    index += 1
  }
  return { candidates, ignored }
}

/** The whole line when it is one string, else every long run of base64 in it. */
function candidatesIn(line: string): CleanedText[] {
  const whole = cleanText(line)
  if (whole.text.length >= MIN_CHARACTERS && detectText(whole.text).length > 0) return [whole]
  const runs = line.match(/[A-Za-z0-9+/_-]{300,}={0,2}/g) ?? []
  if (runs.length === 0) return looksLikeString(whole.text) ? [whole] : []
  return runs.map((run) => ({
    text: run,
    corrections: run === line ? [] : ['took it out of the text around it'],
  }))
}

/** The lines from `start` on, joined until a format is sure of them. `parts` remembers each line's cleaned piece. */
function joinFrom(
  lines: readonly string[],
  start: number,
  parts: Map<number, string>,
): { cleaned: CleanedText; lines: number } | null {
  let joined = ''
  for (let count = 0; joined.length <= MAX_JOINED_CHARACTERS; count += 1) {
    const part = partAt(lines, start + count, parts)
    // The last piece of a wrapped string is no exception: it is base64 too.
    if (part === '' || !/^[A-Za-z0-9+/_=-]+$/.test(part)) return null
    joined += part
    if (count === 0 || joined.length < MIN_CHARACTERS) continue
    const isExact = detectText(joined).some((claim) => claim.detection.certainty === 'exact')
    if (!isExact) continue
    const whole = cleanText(
      lines
        .slice(start, start + count + 1)
        .map(stripPart)
        .join('\n'),
    )
    return { cleaned: { text: joined, corrections: whole.corrections }, lines: count + 1 }
  }
  return null
}

function partAt(lines: readonly string[], index: number, parts: Map<number, string>): string {
  let part = parts.get(index)
  if (part === undefined) {
    part = cleanText(stripPart(lines[index] ?? '')).text
    parts.set(index, part)
  }
  return part
}

/** A quote mark (`>`) of a mail, a Python or shell continuation, or quotes around each piece. */
function stripPart(line: string): string {
  const bare = line.replace(/^\s*(?:>\s*)+/, '').replace(/\s*[\\+,;]?\s*$/, '')
  return bare.replace(/^\s*["'`]([A-Za-z0-9+/_=-]+)["'`]\s*$/, '$1')
}

function looksLikeString(text: string): boolean {
  return text.length >= MIN_CHARACTERS && text.length <= MAX_CHARACTERS && /^[A-Za-z0-9+/_=-]+$/.test(text)
}
