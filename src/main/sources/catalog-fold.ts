/** Text as searches and sorts compare it: compatibility forms and case gone, in every script. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** Sort key of a name: folded, with numbers filled up so that "bot 2" comes before "bot 10". */
export function sortKey(text: string): string {
  return fold(text).replaceAll(/\d{1,15}/g, (digits) => digits.padStart(16, '0'))
}

/** The words of a search, folded. All of them have to occur; `@` and `+` in front of a word are left out. */
export function searchWords(search: string): string[] {
  const phone = /^\s*\+?[\d\s().-]{5,}$/.test(search)
  const text = phone ? search.replaceAll(/[^\d]/g, '') : search
  return fold(text)
    .split(/\s+/u)
    .map((word) => word.replace(/^[@+]/, ''))
    .filter((word) => word !== '')
}
