export interface Strength {
  /** 0 to 4 */
  score: number
  /** A phrase: "fair: a few more words would help" */
  text: string
}

const TEXTS = [
  'very weak',
  'weak: guessed within days by somebody who has the file',
  'fair: another word or two would help',
  'good',
  'strong',
] as const

/** Rough strength by length and variety. Repeats and runs ("aaaa", "1234") count once. */
export function passphraseStrength(passphrase: string): Strength {
  const score = scoreOf(entropyBits(passphrase))
  return { score, text: TEXTS[score] ?? TEXTS[0] }
}

function scoreOf(bits: number): number {
  if (bits < 28) return 0
  if (bits < 44) return 1
  if (bits < 60) return 2
  return bits < 80 ? 3 : 4
}

function entropyBits(text: string): number {
  const chars = Array.from(text)
  const codes = chars.map((char) => char.codePointAt(0) ?? 0)
  const fresh = codes.filter((code, index) => Math.abs(code - (codes[index - 1] ?? -9)) > 1).length
  // Many words in a row are as good as their letters are varied.
  const distinct = new Set(chars).size
  const length = Math.min(fresh, distinct * 3)
  return length * Math.log2(alphabetSize(text))
}

function alphabetSize(text: string): number {
  const classes: readonly [RegExp, number][] = [
    [/[a-z]/, 10],
    [/[A-Z]/, 12],
    [/\d/, 10],
    [/[^a-zA-Z\d]/, 14],
  ]
  return Math.max(
    2,
    classes.reduce((size, [pattern, more]) => size + (pattern.test(text) ? more : 0), 0),
  )
}
