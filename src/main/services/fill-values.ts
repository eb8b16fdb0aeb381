import type { Session } from '../domain/session.ts'
import type { SessionFacts } from '../formats/facts.ts'
import { fillFacts as filledFacts, fillSession, type SplitValues, splitValues } from '../formats/fill.ts'
import { knownFormats } from '../formats/stores.ts'
import type { AnyTarget } from './formats-lookup.ts'

type Values = Readonly<Record<string, string>>

/**
 * The session with what the person filled in, and the options of the format it becomes.
 * @throws AppError request.invalid, naming the value
 */
export function fillFrom(
  session: Session,
  target: Pick<AnyTarget, 'format'>,
  values: Values,
): { session: Session; options: ReadonlyMap<string, string> } {
  const { fields, options } = splitFor(target, values)
  return { session: fillSession(session, fields), options }
}

/** The same for what is known of a session without opening it. */
export function fillFacts(
  facts: SessionFacts,
  target: Pick<AnyTarget, 'format'>,
  values: Values,
): { facts: SessionFacts; options: ReadonlyMap<string, string> } {
  const { fields, options } = splitFor(target, values)
  return { facts: filledFacts(facts, fields), options }
}

/** Options of another format, left over from an earlier choice, are no mistake; a name that nobody knows is. */
function splitFor({ format }: Pick<AnyTarget, 'format'>, values: Values): SplitValues {
  const others = new Set(
    knownFormats()
      .filter((one) => one !== format)
      .flatMap((one) => one.options ?? [])
      .map(({ name }) => name),
  )
  const own = new Set((format.options ?? []).map(({ name }) => name))
  const meant = Object.entries(values).filter(([name]) => own.has(name) || !others.has(name))
  return splitValues(Object.fromEntries(meant), format)
}
