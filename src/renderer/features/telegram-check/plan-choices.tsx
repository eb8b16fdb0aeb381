import { Checkbox, Select } from '@mantine/core'
import type { CheckPlan } from '../../../shared/contract/telegram.ts'
import { ELSEWHERE, elsewhereOf, elsewhereValue, OWN_CENTER, skippedFor } from './plan-words.ts'
import type { CheckChoices } from './use-plan.ts'

interface Props {
  plan: CheckPlan
  choices: CheckChoices
  /** The question is which other data centre to ask: none is chosen beforehand. */
  asksElsewhere: boolean
  disabled: boolean
  onChange: (choices: CheckChoices) => void
}

/** What is left out and can be asked all the same; each choice stays on screen once it was made. */
export function PlanChoices({ plan, choices, asksElsewhere, disabled, onChange }: Props) {
  const one = plan.total === 1
  const { includeInUse, includeRecent, elsewhere } = choices
  return (
    <>
      {(includeInUse || skippedFor(plan, 'in-use') > 0) && (
        <Checkbox
          label={one ? 'Check it although it is in use' : 'Also those in use'}
          description="Danger: Telegram may end a login for good when its key is used in two places at once. Stop the programs first."
          checked={includeInUse}
          disabled={disabled}
          onChange={(event) => onChange({ ...choices, includeInUse: event.currentTarget.checked })}
        />
      )}
      {(includeRecent || skippedFor(plan, 'recent') > 0) && (
        <Checkbox
          label={one ? 'Check it again all the same' : 'Also those asked about in the last ten minutes'}
          checked={includeRecent}
          disabled={disabled}
          onChange={(event) => onChange({ ...choices, includeRecent: event.currentTarget.checked })}
        />
      )}
      {(asksElsewhere || elsewhere !== null || skippedFor(plan, 'no-dc') > 0) && (
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
          disabled={disabled}
          value={asksElsewhere && elsewhere === null ? null : elsewhereValue(elsewhere)}
          onChange={(value) => onChange({ ...choices, elsewhere: elsewhereOf(value ?? '') })}
        />
      )}
    </>
  )
}
