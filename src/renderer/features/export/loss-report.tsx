import type { Plan } from '../../../shared/contract/exports.ts'
import { plural } from '../../lib/numbers.ts'

type Loss = Plan['lost'][number]

interface Props {
  plan: Plan
  busy: boolean
}

/** What the format leaves behind, by field and count, and what comes along. */
export function LossReport({ plan, busy }: Props) {
  const { items } = plan
  const lost = withoutParts(plan.lost)
  const [only] = items
  const kept = items.length === 1 && only !== undefined ? withoutParts(only.kept) : []
  const counted = kept.filter(({ count }) => count !== null && count > 0)
  const single = kept.filter(({ count }) => count === null)
  return (
    <section className="loss" aria-label="What this format leaves behind" aria-busy={busy}>
      <h3>{lost.length === 0 ? 'This format leaves nothing behind' : 'What this format leaves behind'}</h3>
      {plan.lostText !== '' && <p className="loss-sentence">{plan.lostText}</p>}
      <ul>
        {lost.map((loss) => (
          <LossLine key={loss.field} loss={loss} kind="lost" />
        ))}
        {counted.map((loss) => (
          <LossLine key={loss.field} loss={loss} kind="kept" />
        ))}
        {single.length > 0 && (
          <li>
            <span className="dot dot-ok" aria-hidden />
            <span>{listOf(single.map(({ label }) => label))}</span>
            <b>kept</b>
          </li>
        )}
      </ul>
      {items.length > 1 && <p className="dim small">{`Summed over ${plural(items.length, 'session')}.`}</p>}
    </section>
  )
}

/** A field that takes others along: naming those as well says nothing new. */
const PARTS: Readonly<Record<string, RegExp>> = {
  peers: /^peer-/,
  'channel-states': /^channel-state-/,
  'update-state': /^update-state-/,
}

function withoutParts(losses: readonly Loss[]): readonly Loss[] {
  const parts = losses.flatMap(({ field }) => PARTS[field] ?? [])
  return losses.filter(({ field }) => !parts.some((part) => part.test(field)))
}

function LossLine({ loss: { label, text }, kind }: { loss: Loss; kind: 'lost' | 'kept' }) {
  return (
    <li>
      <span className={kind === 'lost' ? 'dot dot-attention' : 'dot dot-ok'} aria-hidden />
      <span>
        {label}
        <span className="visually-hidden">{kind === 'lost' ? ', left behind' : ', kept'}</span>
      </span>
      <b>{kind === 'kept' ? `${text} kept` : text}</b>
    </li>
  )
}

/** "Key, DC, address and port": labels start with a capital, the rest of a list does not unless it has to. */
function listOf(labels: readonly string[]): string {
  const words = labels.map((label, index) => (index === 0 || /^[A-Z]{2}/.test(label) ? label : lowerFirst(label)))
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
