/** Characters that change what is around them or cannot be seen. Zero-width joiners stay: scripts and emoji need them. */
const HIDDEN =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu

const SHORT_NAMES: Readonly<Record<string, string>> = { '\n': '⏎', '\r': '␍', '\t': '⇥', '\u0000': '␀' }

/**
 * Text from a session (file names, peer names, notes) made safe to show: what cannot be seen or would turn its
 * neighbours around is written out, and more than `maxChars` characters are cut. Show it in a `bdi` element as well,
 * so that right-to-left text stays in its own place.
 */
export function safeText(text: string, maxChars = 300): string {
  // The cut must not go through a surrogate pair; text that came with a lone half shows the replacement character.
  const cut = text.length > maxChars ? `${text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '')}…` : text
  return cut.toWellFormed().replace(HIDDEN, (char) => SHORT_NAMES[char] ?? `[U+${codePointOf(char)}]`)
}

function codePointOf(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
}
