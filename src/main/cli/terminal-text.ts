/** Control characters (they move the cursor or colour the terminal), marks that turn the text's direction, line ends. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b\u2060\ufeff\ufff9-\ufffb]/gu

/** Text by somebody else (file names, peers' names), fit for a terminal: one line, and nothing that drives it. */
export function plain(text: string): string {
  return text.replace(UNSAFE, (mark) => {
    const code = mark.codePointAt(0) ?? 0
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}

/** Columns a text takes in a terminal: marks none, East Asian wide letters and emoji two. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const { segment } of graphemes.segment(text)) columns += WIDE.test(segment) ? 2 : 1
  return columns
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]|\p{Emoji_Presentation}|\ufe0f/u

/** Shortens to `columns` with an ellipsis. */
export function shorten(text: string, columns: number): string {
  if (text.length <= columns && columnsOf(text) <= columns) return text
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const width = WIDE.test(segment) ? 2 : 1
    if (used + width > columns - 1) break
    kept += segment
    used += width
  }
  return `${kept}…`
}
