import { Checkbox, Select } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { CheckPlan } from '../../../shared/contract/telegram.ts'
import { loadedRow } from '../../app/rows.ts'
import { changeTelegram, saveApp, sealing, useTelegram } from '../../app/telegram.ts'
import { api } from '../../lib/client.ts'
import { betweenSeconds } from '../../lib/durations.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { OverrideNotice } from '../../ui/override-notice.tsx'
import { TelegramAppDialog } from '../../ui/telegram-app-dialog.tsx'
import { Explanation } from './explanation.tsx'
import {
  askedWhere,
  checkVerb,
  ELSEWHERE,
  elsewhereOf,
  elsewhereValue,
  OWN_CENTER,
  skipLine,
  skippedFor,
} from './plan-words.ts'
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
    return (
      <TelegramAppDialog
        title="Before the first check: an API id"
        verb="Save and go on"
        apiId={settings?.apiId ?? null}
        hasHash={settings?.hasApiHash === true}
        save={saveApp}
        onSaved={retry}
        onClose={onClose}
      />
    )
  }
  const canGoElsewhere = asksElsewhere || choices.elsewhere !== null || (plan !== null && skippedFor(plan, 'no-dc') > 0)
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
          <Choices plan={plan} choices={choices} disabled={busy} onChange={setChoices}>
            {canGoElsewhere && (
              <Select
                label="Ask"
                description={
                  asksElsewhere
                    ? 'Choose where the session may come from. The answer is kept with it.'
                    : 'For sessions that do not say for certain where their key belongs. The others keep to their own.'
                }
                inputWrapperOrder={['label', 'input', 'description']}
                placeholder="Choose a data centre"
                data={asksElsewhere ? [...ELSEWHERE] : [OWN_CENTER, ...ELSEWHERE]}
                allowDeselect={false}
                disabled={busy}
                comboboxProps={{ withinPortal: true }}
                value={asksElsewhere && choices.elsewhere === null ? null : elsewhereValue(choices.elsewhere)}
                onChange={(value) => setChoices({ ...choices, elsewhere: elsewhereOf(value ?? '') })}
              />
            )}
          </Choices>
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

function PlanFacts({ plan }: { plan: CheckPlan }) {
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
          <dt>{plan.total === 1 ? 'Not yet' : 'Left out'}</dt>
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

interface ChoicesProps {
  plan: CheckPlan
  choices: CheckChoices
  disabled: boolean
  onChange: (choices: CheckChoices) => void
  children: ReactNode
}

/** What is left out and can be asked all the same; each stays once it was chosen. */
function Choices({ plan, choices, disabled, onChange, children }: ChoicesProps) {
  const one = plan.total === 1
  const [inUse, recent] = [skippedFor(plan, 'in-use'), skippedFor(plan, 'recent')]
  return (
    <>
      {(inUse > 0 || choices.includeInUse) && (
        <Checkbox
          label={one ? 'Check it although it is in use' : 'Also those in use'}
          description="Danger: Telegram may end a login for good when its key is used in two places at once. Stop the programs first."
          checked={choices.includeInUse}
          disabled={disabled}
          onChange={(event) => onChange({ ...choices, includeInUse: event.currentTarget.checked })}
        />
      )}
      {(recent > 0 || choices.includeRecent) && (
        <Checkbox
          label={one ? 'Check it again all the same' : 'Also those asked about in the last ten minutes'}
          checked={choices.includeRecent}
          disabled={disabled}
          onChange={(event) => onChange({ ...choices, includeRecent: event.currentTarget.checked })}
        />
      )}
      {children}
    </>
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
