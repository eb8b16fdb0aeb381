import type { Family } from './family.ts'

/** One line for each library whose formats the app knows. */
export const families: readonly Family[] = []

export function familyOf(formatId: string): Family | null {
  return families.find(({ formatIds }) => formatIds.includes(formatId)) ?? null
}
