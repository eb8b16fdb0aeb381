import { detectFile } from './detect.ts'

/** A session file that somebody pasted as text. */
interface PastedFile {
  readonly bytes: Uint8Array
  /** "line 3", "lines 3 to 8" */
  readonly origin: string
}

interface PastedFiles {
  readonly files: readonly PastedFile[]
  /** The text with the lines of the files empty. */
  readonly rest: string
}

// What a paste may cost at most, whatever is in it.
const MAX_ATTEMPTS = 500
/** More before a brace is prose, not the name of a variable. */
const MAX_PREFIX_CHARACTERS = 80

/**
 * Finds whole session files in pasted text: the text itself, or each JSON object that begins on a line of its own or
 * behind a name (`SESSION='{…}'`). Only what a format of files claims counts; all else stays in `rest`.
 */
export function filesInText(text: string): PastedFiles {
  const whole = bytesIfFile(text.replace(/^\ufeff/, ''), 'exact')
  if (whole) return { files: [{ bytes: whole, origin: originOf(1, lineCountOf(text.trimEnd())) }], rest: '' }
  const files: PastedFile[] = []
  let rest = ''
  let at = 0
  let line = 1
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts += 1) {
    const found = nextObject(text, at)
    if (found === null) break
    const { lineStart, start, end } = found
    line += lineCountOf(text.slice(at, lineStart)) - 1
    const bytes = bytesIfFile(text.slice(start, end), 'any')
    const stop = bytes === null ? endOfLine(text, start) : endOfLine(text, end)
    const lines = text.slice(lineStart, stop)
    if (bytes !== null) files.push({ bytes, origin: originOf(line, lineCountOf(lines)) })
    rest += text.slice(at, lineStart) + (bytes === null ? lines : lines.replaceAll(/[^\r\n\u2028\u2029]/g, ''))
    line += lineCountOf(lines) - 1
    at = stop
  }
  return { files, rest: rest + text.slice(at) }
}

/** What is refused is then spoken of as JSON, not as a string. */
export function beginsLikeJson(text: string): boolean {
  return /^[\s\ufeff]*\{/.test(text)
}

function bytesIfFile(text: string, certainty: 'exact' | 'any'): Uint8Array | null {
  const bytes = new TextEncoder().encode(text)
  const claims = detectFile(bytes)
  const isFile = certainty === 'any' ? claims.length > 0 : claims.some((one) => one.detection.certainty === 'exact')
  return isFile ? bytes : null
}

/** The next thing in braces that are closed again, with the start of its first line. */
function nextObject(text: string, from: number): { lineStart: number; start: number; end: number } | null {
  for (let start = text.indexOf('{', from); start >= 0; start = text.indexOf('{', endOfLine(text, start))) {
    const lineStart = Math.max(from, lastBreak(text, start) + 1)
    if (start - lineStart > MAX_PREFIX_CHARACTERS) continue
    const end = closingBrace(text, start)
    // What is never closed swallows everything behind it.
    return end === null ? null : { lineStart, start, end: end + 1 }
  }
  return null
}

function closingBrace(text: string, start: number): number | null {
  let depth = 0
  let isText = false
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (isText) {
      if (character === '\\') at += 1
      else if (character === '"') isText = false
    } else if (character === '"') isText = true
    else if (character === '{') depth += 1
    else if (character === '}') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return null
}

function lastBreak(text: string, before: number): number {
  return Math.max(text.lastIndexOf('\n', before), text.lastIndexOf('\r', before))
}

/** Where the line of a character ends; its line end is not counted in. */
function endOfLine(text: string, at: number): number {
  const rest = /[\r\n]/g
  rest.lastIndex = at
  return rest.exec(text)?.index ?? text.length
}

function lineCountOf(text: string): number {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).length
}

function originOf(line: number, lineCount: number): string {
  return lineCount === 1 ? `line ${line}` : `lines ${line} to ${line + lineCount - 1}`
}
