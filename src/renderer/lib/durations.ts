/** "less than a minute", "about 4 min", "about 2 h": how long something goes on. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 45) return 'less than a minute'
  if (seconds < 90) return 'about a minute'
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min`
  return `about ${Math.round(seconds / 3600)} h`
}

/** "4 to 17 min", "less than a minute": the same between two bounds. */
export function betweenSeconds({ least, most }: { least: number; most: number }): string {
  const [from, to] = [Math.round(least / 60), Math.round(most / 60)]
  if (most < 90 || from === to) return aboutSeconds(most)
  if (from < 1) return `up to ${to} min`
  return to <= 90 ? `${from} to ${to} min` : `${aboutSeconds(least)} to ${aboutSeconds(most)}`.replaceAll('about ', '')
}
