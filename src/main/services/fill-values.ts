import type { Session } from '../domain/session.ts'
import type { Target } from './formats-lookup.ts'

export function fillFrom(
  session: Session,
  _target: Target,
  values: Readonly<Record<string, string>>,
): { session: Session; options: ReadonlyMap<string, string> } {
  return { session, options: new Map(Object.entries(values)) }
}
