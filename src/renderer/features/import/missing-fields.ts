import type { Target } from '../../../shared/contract/exports.ts'
import type { Format } from '../../../shared/contract/formats.ts'
import type { ImportItem } from '../../../shared/contract/imports.ts'
import type { AskedField } from '../../ui/value-field.tsx'

type Variant = Format['variants'][number]

/** Fields a person can supply, and how to tell that an item lacks one. */
const FILLABLE: readonly (AskedField & { lacks: (item: ImportItem, own: Variant | undefined) => boolean })[] = [
  {
    name: 'api-id',
    label: 'API id',
    help: 'The number from my.telegram.org that the program signs in with.',
    kind: 'number',
    lacks: (_item, own) => own?.carries.includes('api-id') !== true,
  },
  {
    name: 'user-id',
    label: 'User id',
    help: 'The account’s own id. Only right for one account: import others apart.',
    kind: 'number',
    lacks: ({ preview }) => preview?.account == null,
  },
  {
    name: 'is-bot',
    label: 'These are bots',
    help: 'Tick when the accounts are bots, not people.',
    kind: 'flag',
    lacks: ({ preview }) => preview?.account?.isBot == null,
  },
  {
    name: 'test-mode',
    label: 'Test servers',
    help: 'Tick when the logins are for Telegram’s test servers.',
    kind: 'flag',
    lacks: ({ preview }) => preview?.test == null,
  },
]

/** What has to be asked before these items can be written in the target format. */
export function fieldsToAsk(
  items: readonly ImportItem[],
  target: Target | null,
  formats: readonly Format[],
): readonly AskedField[] {
  if (target === null) return []
  const format = formats.find(({ id }) => id === target.formatId)
  const variant = format?.variants.find(({ id }) => id === target.variant)
  const required = new Set(variant?.requires ?? [])
  const missing = FILLABLE.filter(
    ({ name, lacks }) => required.has(name) && items.some((item) => lacks(item, ownVariant(item, formats))),
  )
  return missing.map(({ name, label, help, kind }) => ({ name, label, help, kind }))
}

function ownVariant({ formatId }: ImportItem, formats: readonly Format[]): Variant | undefined {
  const format = formats.find(({ id }) => id === formatId)
  // Which layout it is, the preview does not say: a field counts as there when every layout holds it.
  const common = format?.variants.reduce(
    (fields, { carries }) => fields.filter((field) => carries.includes(field)),
    [...(format.variants[0]?.carries ?? [])],
  )
  const [first] = format?.variants ?? []
  return first === undefined || common === undefined ? undefined : { ...first, carries: common }
}
