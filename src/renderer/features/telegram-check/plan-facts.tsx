import type { CheckPlan } from '../../../shared/contract/telegram.ts'
import { betweenSeconds } from '../../lib/durations.ts'
import { formatCount } from '../../lib/numbers.ts'
import { askedWhere, skipLine } from './plan-words.ts'

/** How many are asked, which are not and why, where and how long. */
export function PlanFacts({ plan }: { plan: CheckPlan }) {
  return (
    <dl className="facts-grid">
      {plan.total > 1 && (
        <>
          <dt>Ready</dt>
          <dd>
            {plan.ready === 0 ? (
              <strong>None can be asked now.</strong>
            ) : (
              <>
                <strong>{formatCount(plan.ready)}</strong> of {formatCount(plan.total)}
              </>
            )}
          </dd>
        </>
      )}
      {plan.skipped.length > 0 && (
        <>
          <dt>{plan.total === 1 ? 'Why not' : 'Left out'}</dt>
          <dd>
            <ul className="plain-list">
              {plan.skipped.map((skipped) => (
                <li key={skipped.reason}>{skipLine(skipped, plan.total)}</li>
              ))}
            </ul>
          </dd>
        </>
      )}
      {plan.ready > 0 && (
        <>
          <dt>Asks</dt>
          <dd>{askedWhere(plan)}</dd>
          <dt>Takes</dt>
          <dd>{betweenSeconds(plan.seconds)}</dd>
        </>
      )}
    </dl>
  )
}
