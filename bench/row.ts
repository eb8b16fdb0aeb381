/** One line of the table. Texts are ready to print, with their units: "412 ms", "0.8×". */
export interface BenchRow {
  readonly name: string
  readonly value: string
  /** What it is held against in the same run. */
  readonly baselineName?: string
  readonly baseline?: string
  readonly ratio?: string
  readonly target?: string
  readonly met?: boolean
}

/** Prints a row the way `run.ts` expects it. */
export function report(row: BenchRow): void {
  process.stdout.write(`${JSON.stringify(row)}\n`)
}

export function isBenchRow(value: unknown): value is BenchRow {
  return typeof value === 'object' && value !== null && 'name' in value && 'value' in value
}

/** `12 ms`, `3.4 ms`, `0.08 ms`. */
export function inMs(ms: number): string {
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 1 ? ms.toFixed(1) : ms.toFixed(3)} ms`
}

/** `0.82×` */
export function asRatio(value: number): string {
  return `${value.toFixed(2)}×`
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
