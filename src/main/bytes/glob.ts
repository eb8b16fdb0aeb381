/** Text as part of a pattern of keys (`*`, `?`, `[ab]`) that matches itself alone. */
export function escapeGlob(text: string): string {
  return text.replaceAll(/[*?[\]\\]/g, String.raw`\$&`)
}
