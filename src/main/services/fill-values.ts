import { Secret } from '../domain/secret.ts'
import { collectionOf, type Session } from '../domain/session.ts'
import { fillSession, type SplitValues, splitValues } from '../formats/fill.ts'
import { formats } from '../formats/registry.ts'
import { factsOf, type SessionFacts } from '../formats/session-facts.ts'
import type { Target } from './formats-lookup.ts'

type Values = Readonly<Record<string, string>>

/**
 * The session with what the person filled in, and the options of the format it becomes.
 * @throws AppError request.invalid, naming the value
 */
export function fillFrom(
  session: Session,
  target: Pick<Target, 'format'>,
  values: Values,
): { session: Session; options: ReadonlyMap<string, string> } {
  const { fields, options } = splitFor(target, values)
  return { session: fillSession(session, fields), options }
}

/** The same for what is known of a session without opening it. */
export function fillFacts(
  facts: SessionFacts,
  target: Pick<Target, 'format'>,
  values: Values,
): { facts: SessionFacts; options: ReadonlyMap<string, string> } {
  const { fields, options } = splitFor(target, values)
  if (fields.size === 0) return { facts, options }
  return { facts: factsOf(fillSession(standIn(facts), fields), facts.format), options }
}

/** Options of another format, left over from an earlier choice, are no mistake; a name that nobody knows is. */
function splitFor({ format }: Pick<Target, 'format'>, values: Values): SplitValues {
  const others = new Set(
    formats
      .filter((one) => one !== format)
      .flatMap((one) => one.options ?? [])
      .map(({ name }) => name),
  )
  const own = new Set((format.options ?? []).map(({ name }) => name))
  const meant = Object.entries(values).filter(([name]) => own.has(name) || !others.has(name))
  return splitValues(Object.fromEntries(meant), format)
}

/** A session of these facts: it has keys and rows where they have, but none of their content. */
function standIn(facts: SessionFacts): Session {
  const { account, test, apiId, updateState, savedAt } = facts
  const counted = (count: number | null) => ({ ...collectionOf([]), count: count ?? 0 })
  return {
    dataCenters: facts.dataCenters.map(({ id, address, port, home, hasKey, implied }) => ({
      id,
      // An implied address is not stored.
      address: implied === true ? null : address,
      port: implied === true ? null : port,
      authKey: hasKey ? new Secret(new Uint8Array()) : null,
      home,
    })),
    test,
    account: account && { ...account, id: BigInt(account.id) },
    apiId,
    updateState,
    takeoutId: facts.hasTakeout === true ? 0n : null,
    temporaryKey: facts.hasTemporaryKey ? new Secret(new Uint8Array()) : null,
    savedAt,
    channelStates: counted(facts.channelStates),
    peers: counted(facts.peers),
    sentFiles: counted(facts.sentFiles),
    minContexts: counted(0),
  }
}
