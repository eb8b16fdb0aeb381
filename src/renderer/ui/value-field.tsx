import { Checkbox, NumberInput, TextInput } from '@mantine/core'

/** A value a format needs or offers, which the session does not hold. */
export interface AskedField {
  name: string
  label: string
  help: string
  kind: 'number' | 'text' | 'flag'
}

interface Props {
  field: AskedField
  /** As it is sent: a number in digits, a flag as "true" or "false". */
  value: string
  onChange: (value: string) => void
}

/** The field for such a value, of the kind it needs. */
export function ValueField({ field: { label, help, kind }, value, onChange }: Props) {
  if (kind === 'flag') {
    return (
      <Checkbox
        label={label}
        description={help}
        checked={value === 'true'}
        onChange={(event) => onChange(String(event.currentTarget.checked))}
      />
    )
  }
  if (kind === 'text') {
    return (
      <TextInput
        label={label}
        description={help}
        inputWrapperOrder={['label', 'input', 'description']}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  }
  return (
    <NumberInput
      label={label}
      description={help}
      inputWrapperOrder={['label', 'input', 'description']}
      hideControls
      allowDecimal={false}
      allowNegative={false}
      value={value}
      onChange={(next) => onChange(String(next))}
    />
  )
}
