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
/** From here on a line of what looks like base64 was most likely meant to be a string, and part of it is missing. */
const MIN_ATTEMPT_CHARACTERS = 100
/** No wrapped string is longer than this: joining lines stops there. */
const MAX_JOINED_CHARACTERS = 1200
/** Nobody wraps a string narrower; only its last piece may be. */
const MIN_PIECE_CHARACTERS = 16
/** Wider than any mail program wraps. */
const MAX_PIECE_CHARACTERS = 120

// What a paste may cost at most, whatever is in it: ordinary text comes nowhere near.
const MAX_JOINS = 5_000
const MAX_ATTEMPTS = 200
/** In a longer line, strings are looked for only where they stand out from the text around them. */
const MAX_LINE_CHARACTERS = 16_384

/**
 * Finds session strings in pasted text. A line is taken alone when some format claims it; else neighbouring lines are
 * joined as long as it takes for an exact claim (mail programs wrap long lines). What looks like a string that was cut
 * short or garbled comes too, so that the person learns why it was refused.
 */
export function splitText(text: string): SplitText {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/)
  const candidates: TextCandidate[] = []
  const joining: Joining = { lines, parts: new Map(), joinsLeft: MAX_JOINS, attemptsFrom: 0 }
  let ignored = 0
  let attempts = 0
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? ''
    if (line.length < MIN_PIECE_CHARACTERS) {
      if (line.trim() !== '') ignored += 1
      index += 1
      continue
    }
    const here = line.length < MIN_ATTEMPT_CHARACTERS ? [] : candidatesIn(line)
    if (here.some((one) => detectText(one.text).length > 0)) {
      candidates.push(...here.map((one) => ({ ...one, origin: `line ${index + 1}` })))
      index += 1
      continue
    }
    const joined = joinFrom(joining, index) ?? (attempts < MAX_ATTEMPTS ? attemptFrom(joining, index, here) : null)
    if (joined === null) {
      if (line.trim() !== '') ignored += 1
      index += 1
      continue
    }
    const { cleaned, lineCount } = joined
    const origin = lineCount === 1 ? `line ${index + 1}` : `lines ${index + 1} to ${index + lineCount}`
    candidates.push(...cleaned.map((one) => ({ ...one, origin })))
    if (!joined.isClaimed) attempts += cleaned.length
    index += lineCount
  }
  return { candidates, ignored }
}

/** The whole line when it is one string, else every long run of base64 in it. */
function candidatesIn(line: string): CleanedText[] {
  const whole = line.length <= MAX_LINE_CHARACTERS ? cleanText(line) : longString(line)
  if (whole && whole.text.length >= MIN_CHARACTERS && detectText(whole.text).length > 0) return [whole]
  // Measured afterwards: a least length within the expression makes it look at every character again and again.
  const runs = (line.match(/[A-Za-z0-9+/_-]+={0,2}/g) ?? []).filter(
    (run) => run.length >= MIN_CHARACTERS && run.length <= MAX_CHARACTERS,
  )
  if (runs.length === 0) return whole && looksLikeString(whole.text) ? [whole] : []
  return runs.map((run) => ({
    text: run,
    corrections: run === line ? [] : ['took it out of the text around it'],
  }))
}

/** Strings that hold a whole state have no limit; one that long is taken only when nothing but blanks is around it. */
function longString(line: string): CleanedText | null {
  const text = line.trim()
  if (!isBase64(text)) return null
  return { text, corrections: text === line ? [] : ['removed white space around it'] }
}

interface Joining {
  readonly lines: readonly string[]
  /** Each line's cleaned piece, once somebody asked for it. */
  readonly parts: Map<number, string>
  joinsLeft: number
  /** The lines before this one are known not to begin an attempt. */
  attemptsFrom: number
}

interface Joined {
  readonly cleaned: readonly CleanedText[]
  readonly lineCount: number
  readonly isClaimed: boolean
}

/** The lines from `start` on, joined until a format is sure of them. */
function joinFrom(joining: Joining, start: number): Joined | null {
  let joined = ''
  for (let count = 0; joined.length <= MAX_JOINED_CHARACTERS && joining.joinsLeft > 0; count += 1) {
    const part = partAt(joining, start + count)
    // The last piece of a wrapped string is no exception: it is base64 too.
    if (!isBase64(part)) return null
    joined += part
    const isLast = part.length < MIN_PIECE_CHARACTERS
    if (count > 0 && joined.length >= MIN_CHARACTERS) {
      joining.joinsLeft -= 1
      if (isSure(joined)) {
        const { corrections } = cleanText(wrappedText(joining, start, count + 1))
        joining.joinsLeft = MAX_JOINS
        return { cleaned: [{ text: joined, corrections }], lineCount: count + 1, isClaimed: true }
      }
    }
    if (isLast) return null
  }
  return null
}
function isSure(text: string): boolean {
  return detectText(text).some((claim) => claim.detection.certainty === 'exact')
}

/** What was meant to be a string: in this line, or wrapped over lines of one width, of which the last may be shorter. */
function attemptFrom(joining: Joining, start: number, here: readonly CleanedText[]): Joined | null {
  if (here.length > 0) return { cleaned: here, lineCount: 1, isClaimed: false }
  const width = partAt(joining, start).length
  if (start < joining.attemptsFrom || width < MIN_PIECE_CHARACTERS || width > MAX_PIECE_CHARACTERS) return null
  const pieces: string[] = []
  for (;;) {
    const piece = partAt(joining, start + pieces.length)
    if (!isBase64(piece) || piece.length > width) break
    pieces.push(piece)
    if (piece.length < width) break
  }
  joining.attemptsFrom = start + pieces.length
  const lineCount = pieces.length
  if (lineCount < 2 || lineCount * width > MAX_CHARACTERS || !looksLikeString(pieces.join(''))) return null
  const { corrections } = cleanText(wrappedText(joining, start, lineCount))
  return { cleaned: [{ text: pieces.join(''), corrections }], lineCount, isClaimed: false }
}

function wrappedText({ lines }: Joining, start: number, lineCount: number): string {
  return lines
    .slice(start, start + lineCount)
    .map(stripPart)
    .join('\n')
}

function partAt({ lines, parts }: Joining, index: number): string {
  let part = parts.get(index)
  if (part === undefined) {
    const line = lines[index] ?? ''
    part = line.length <= MAX_LINE_CHARACTERS ? cleanText(stripPart(line)).text : ''
    parts.set(index, part)
  }
  return part
}

/** A quote mark (`>`) of a mail, a Python or shell continuation, or quotes around each piece. */
function stripPart(line: string): string {
  const bare = line
    .replace(/^\s*(?:>\s*)+/, '')
    .trimEnd()
    .replace(/[\\+,;]$/, '')
    .trim()
  return bare.replace(/^["'`]([A-Za-z0-9+/_=-]+)["'`]$/, '$1')
}

function looksLikeString(text: string): boolean {
  if (text.length > MAX_CHARACTERS || !isBase64(text)) return false
  return text.length >= MIN_CHARACTERS || (text.length >= MIN_ATTEMPT_CHARACTERS && isMixed(text))
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/_=-]+$/.test(text)
}

/** Bytes in base64 hold every kind of character; words, paths and hexadecimal numbers lack one. */
function isMixed(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text)
}
