import { Checkbox, Group, NumberInput, PasswordInput, Radio, TextInput } from '@mantine/core'

/** A value a format needs or offers, which the session does not hold. */
export interface AskedField {
  name: string
  label: string
  help: string
  kind: 'number' | 'text' | 'flag' | 'secret'
}

interface Props {
  field: AskedField
  /** As it is sent: a number in digits, a flag as "true" or "false". */
  value: string
  onChange: (value: string) => void
  /** Nothing is a fair guess: a flag is asked as yes or no. */
  required?: boolean
}

/** The field for such a value, of the kind it needs. */
export function ValueField({ field: { label, help, kind }, value, onChange, required = false }: Props) {
  if (kind === 'flag' && required) {
    return (
      <Radio.Group label={label} description={help} value={value === '' ? null : value} onChange={onChange}>
        <Group gap={18} mt={4}>
          <Radio value="true" label="Yes" />
          <Radio value="false" label="No" />
        </Group>
      </Radio.Group>
    )
  }
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
  if (kind === 'secret') {
    return (
      <PasswordInput
        label={label}
        description={help}
        inputWrapperOrder={['label', 'input', 'description']}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
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
