const counts = new Intl.NumberFormat('en')

/** 48210 → "48,210" */
export function formatCount(value: number): string {
  return counts.format(value)
}

/** "1 session", "2 sessions" */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`
}

/** 293225 → "293 225": counters of Telegram, told apart from counts of things. */
export function formatCounter(value: number | null): string {
  return value === null ? '–' : formatCount(value).replaceAll(',', ' ')
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** 4312345 → "4.3 MB" */
export function formatBytes(byteLength: number): string {
  let value = byteLength
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${value.toFixed(digits)} ${UNITS[unit] ?? 'B'}`
}
