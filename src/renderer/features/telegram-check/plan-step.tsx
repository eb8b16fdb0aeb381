import { useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import { loadedRow } from '../../app/rows.ts'
import { AppFirst } from '../../app/app-first.tsx'
import { changeTelegram, sealing, useTelegram } from '../../app/telegram.ts'
import { api } from '../../lib/client.ts'
import { plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { OverrideNotice } from '../../ui/override-notice.tsx'
import { Explanation } from './explanation.tsx'
import { PlanChoices } from './plan-choices.tsx'
import { PlanFacts } from './plan-facts.tsx'
import { checkVerb } from './plan-words.ts'
import { type CheckChoices, useCheckPlan } from './use-plan.ts'

interface Props {
  refs: readonly Ref[]
  /** The question is which other data centre to ask. */
  elsewhere: boolean
  /** They were asked a moment ago, and are to be asked again. */
  again: boolean
  onStarted: (jobId: string) => void
  onClose: () => void
}

/** What a check will do, before it does it. Nothing is contacted until its button. */
export function CheckPlanStep({ refs, elsewhere: asksElsewhere, again, onStarted, onClose }: Props) {
  const [choices, setChoices] = useState<CheckChoices>({
    includeInUse: false,
    includeRecent: again || asksElsewhere,
    elsewhere: null,
  })
  const { plan, current, error: planError, retry } = useCheckPlan(refs, choices)
  const settings = useTelegram((state) => state.settings)
  const { busy, error, run } = useAttempt()

  const start = () =>
    run(async () => {
      const { jobId } = await begin()
      if (jobId !== null) onStarted(jobId)
    })
  async function begin(): Promise<{ jobId: string | null }> {
    let jobId: string | null = null
    if (plan?.explain === true) await changeTelegram({ explained: true })
    await sealing(async () => {
      jobId = (await api().telegram.check({ refs: [...refs], ...choices })).jobId
    }, start)
    return { jobId }
  }

  if (plan?.needsApp === true) {
    return <AppFirst title="Before the first check: an API id" onSaved={retry} onClose={onClose} />
  }
  return (
    <FormDialog
      title={refs.length === 1 ? `Check ${nameOf(refs[0])}?` : `Check ${plural(refs.length, 'session')}?`}
      subtitle="Telegram is asked whether the login still lives."
      width={560}
      submitLabel={checkVerb(plan)}
      ready={plan !== null && current && plan.ready > 0 && (!asksElsewhere || choices.elsewhere !== null)}
      busy={busy}
      error={error}
      onSubmit={start}
      onClose={onClose}
    >
      {planError !== null && <ErrorNotice error={planError} onRetry={retry} />}
      {plan === null && planError === null && <PlanLoading />}
      {plan !== null && (
        <>
          {plan.explain && <Explanation />}
          {settings !== null && <OverrideNotice overrides={settings.dcOverrides} />}
          <PlanFacts plan={plan} />
          <PlanChoices
            plan={plan}
            choices={choices}
            asksElsewhere={asksElsewhere}
            disabled={busy}
            onChange={setChoices}
          />
          {!plan.explain && (
            <details className="check-more">
              <summary>What a check does, and what Telegram sees</summary>
              <Explanation />
            </details>
          )}
        </>
      )}
    </FormDialog>
  )
}

function PlanLoading() {
  return (
    <div className="check-loading" aria-busy="true" aria-label="Looking at the sessions">
      {[64, 48, 56].map((width) => (
        <span key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  )
}

/** As the list has it, where it does. */
function nameOf(ref: Ref | undefined): string {
  const row = ref && loadedRow(ref)
  return row === undefined ? 'this login' : `the login of “${safeText(row.name, 60)}”`
}
