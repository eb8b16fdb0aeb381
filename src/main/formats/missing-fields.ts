import { defaultAddress, isPlausibleDcId } from '../domain/data-centers.ts'
import type { Field } from '../domain/session.ts'
import type { Variant } from './format.ts'
import { homeFacts, type SessionFacts } from './session-facts.ts'

/** A value the target needs and the session lacks: the person is asked for it. */
export interface MissingField {
  readonly field: Field
  readonly label: string
  readonly help: string
  readonly kind: 'number' | 'text' | 'flag'
}

interface Question extends MissingField {
  isMissing(facts: SessionFacts): boolean
}

const questions: readonly Question[] = [
  {
    field: 'dc',
    label: 'Data centre',
    help: 'Where the account lives: 1 to 5. The library that made the session knows it.',
    kind: 'number',
    isMissing: (facts) => !isPlausibleDcId(homeFacts(facts)?.id ?? 0),
  },
  {
    field: 'address',
    label: 'Address of the data centre',
    help: 'An IP address. It is asked for because none is published for this data centre.',
    kind: 'text',
    isMissing: (facts) => {
      const home = homeFacts(facts)
      // While the DC itself is missing, its address is not the question yet.
      if (home === null || !isPlausibleDcId(home.id) || home.address !== null) return false
      return defaultAddress(home.id, facts.test === true) === null
    },
  },
  {
    field: 'user-id',
    label: 'User id',
    help: 'The number of the account this session belongs to, not its username.',
    kind: 'number',
    isMissing: (facts) => facts.account === null,
  },
  {
    field: 'is-bot',
    label: 'This account is a bot',
    help: 'Yes for a session made with a bot token, no for one made with a phone number.',
    kind: 'flag',
    isMissing: (facts) => facts.account?.isBot == null,
  },
  {
    field: 'api-id',
    label: 'API id',
    help: 'The number from my.telegram.org that the program uses; it stands beside the API hash in its configuration.',
    kind: 'number',
    isMissing: (facts) => facts.apiId === null,
  },
]

/** What has to be asked for. The key is never asked for: without it there is nothing to write. */
export function missingFields(facts: SessionFacts, target: Pick<Variant, 'requires'>): readonly MissingField[] {
  return questions
    .filter((question) => target.requires.includes(question.field) && question.isMissing(facts))
    .map(({ field, label, help, kind }) => ({ field, label, help, kind }))
}
