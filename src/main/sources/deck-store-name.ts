const MAX_CHAR_LENGTH = 200

/** A name fit to show: no control characters or direction marks, one line, not endless. */
function fitName(wish: string): string {
  const clean = wish
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return clean.slice(0, MAX_CHAR_LENGTH).toWellFormed() || 'Session'
}

/** The name, with a number behind it when it is taken: "Shop", "Shop 2". */
export function freeName(wish: string, taken: Pick<ReadonlySet<string>, 'has'>): string {
  const name = fitName(wish)
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${name} ${count}`
    if (!taken.has(candidate)) return candidate
  }
}
