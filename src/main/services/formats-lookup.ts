import type { Format } from '../formats/format.ts'

const known = new Map<string, Format>()

export function formatById(id: string): Format | null {
  return known.get(id) ?? null
}
