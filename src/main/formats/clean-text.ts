export interface CleanedText {
  readonly text: string
  /** What was put right, in words: "removed quotes". */
  readonly corrections: readonly string[]
}

/** Soft hyphens, zero-width and direction marks, byte order mark. */
const INVISIBLE = /[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g

/** `SESSION=`, `export STRING_SESSION =`, `"session":`, `session_string:`. A string of base64 has no such word before a mark. */
const ASSIGNMENT =
  /^[\s"'`]*(?:export\s+|set\s+|const\s+|let\s+|var\s+)?["'`]?([A-Za-z_][A-Za-z0-9_.-]{0,63})["'`]?\s*(?::=|[:=])\s*(?=["'`“‘A-Za-z0-9_-])/

const QUOTES = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['‘', '’'],
  ['«', '»'],
  ['<', '>'],
])

/** Quotes within quotes: more is not a way to write a string. */
const MAX_LAYERS = 8

/**
 * Makes a pasted session string bare: white space anywhere (base64 has none), invisible characters, an assignment in
 * front, quotes around it and a comma or semicolon behind it are taken away.
 */
export function cleanText(input: string): CleanedText {
  const corrections: string[] = []
  const change = (before: string, after: string, words: string): string => {
    if (before !== after && !corrections.includes(words)) corrections.push(words)
    return after
  }
  let text = change(input, input.replaceAll(INVISIBLE, ''), 'removed invisible characters')
  text = change(text, text.trim(), 'removed white space around it')
  text = change(text, text.replace(ASSIGNMENT, ''), 'removed the name in front of it')
  for (let layer = 0, previous = ''; previous !== text && layer < MAX_LAYERS; layer += 1) {
    previous = text
    text = change(text, withoutPunctuation(text), 'removed punctuation behind it')
    text = change(text, unquoted(text), 'removed quotes')
  }
  text = change(text, text.replaceAll(/\s+/g, ''), 'joined what white space had split')
  return { text, corrections }
}

/** An expression would try every run of blanks within the text, and take ages over a hostile one. */
function withoutPunctuation(text: string): string {
  let end = text.length
  while (end > 0 && /[\s,;]/.test(text[end - 1] ?? '')) end -= 1
  return text.slice(0, end)
}

function unquoted(text: string): string {
  const close = QUOTES.get(text[0] ?? '')
  if (close !== undefined && text.length >= 2 && text.endsWith(close)) return text.slice(1, -1).trim()
  // One end alone is a remnant of a careless selection.
  if (close !== undefined) return text.slice(1).trim()
  return /["'`”’»]$/.test(text) ? text.slice(0, -1).trim() : text
}
