import { type CleanedText, cleanText } from './clean-text.ts'
import { detectText } from './detect.ts'

/** One thing in pasted text that is a session string, or looks like one. */
export interface TextCandidate extends CleanedText {
  /** "line 3", "lines 3 to 8" */
  readonly origin: string
}

export interface SplitText {
  readonly candidates: readonly TextCandidate[]
  /** Lines that hold text but nothing like a session string. */
  readonly ignored: number
}

/** No known string is longer than this; joining lines stops there. */
const MAX_CHARACTERS = 4096
/** Shorter text is no session string of any library (a key alone makes 342 characters). */
const MIN_CHARACTERS = 300
const MAX_JOINED_LINES = 128

/**
 * Finds session strings in pasted text. A line is taken alone when some format claims it; else neighbouring lines are
 * joined as long as it takes for an exact claim (mail programs wrap long lines). What is long enough to be a string
 * but fits no format comes too, so that the person learns why it was refused.
 */
export function splitText(text: string): SplitText {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/)
  const candidates: TextCandidate[] = []
  let ignored = 0
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? ''
    const here = candidatesIn(line)
    if (here.some((one) => detectText(one.text).length > 0)) {
      candidates.push(...here.map((one) => ({ ...one, origin: `line ${index + 1}` })))
      index += 1
      continue
    }
    const joined = joinFrom(lines, index)
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

function joinFrom(lines: readonly string[], start: number): { cleaned: CleanedText; lines: number } | null {
  if (!isPart(lines[start] ?? '')) return null
  let joined = ''
  for (let count = 0; count < MAX_JOINED_LINES; count += 1) {
    const line = lines[start + count]
    if (line === undefined || line.trim() === '' || joined.length > MAX_CHARACTERS) return null
    joined += `${stripPart(line)}\n`
    if (count === 0) continue
    const cleaned = cleanText(joined)
    const exact = detectText(cleaned.text).some((claim) => claim.detection.certainty === 'exact')
    if (exact) return { cleaned, lines: count + 1 }
    if (!isPart(line)) return null
  }
  return null
}

/** A quote mark (`>`) of a mail, a Python or shell continuation, or quotes around each piece. */
function stripPart(line: string): string {
  const bare = line.replace(/^\s*(?:>\s*)+/, '').replace(/\s*[\\+,;]?\s*$/, '')
  return bare.replace(/^\s*["'`]([A-Za-z0-9+/_=-]+)["'`]\s*$/, '$1')
}

function isPart(line: string): boolean {
  return /^[A-Za-z0-9+/_=-]+$/.test(cleanText(stripPart(line)).text)
}

function looksLikeString(text: string): boolean {
  return text.length >= MIN_CHARACTERS && text.length <= MAX_CHARACTERS && /^[A-Za-z0-9+/_=-]+$/.test(text)
}
