import type { Problem } from '../domain/problem.ts'
import { fieldPhrase } from './field-phrases.ts'
import type { EncodeOptions } from './format.ts'

/** Collects what a format had to leave out while it wrote. */
export interface DroppedRows {
  readonly onDropped: NonNullable<EncodeOptions['onDropped']>
  /** One for each reason: "12 peers were left out: …". Complete once the session is written. */
  problems(): readonly Problem[]
}

export function collectDropped(): DroppedRows {
  // A file can be written twice, when its name was taken the first time.
  const messages = new Map<string, string>()
  return {
    onDropped: (field, count, reason) => {
      if (count === 0) return
      const were = count === 1 ? 'was' : 'were'
      messages.set(`${field} ${reason}`, `${fieldPhrase(field, count)} ${were} left out: ${reason.replace(/\.$/, '')}.`)
    },
    problems: () => [...messages.values()].map((message) => ({ code: 'export.left-out', message })),
  }
}
