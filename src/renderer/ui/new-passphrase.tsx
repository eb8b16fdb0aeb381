import { PasswordInput } from '@mantine/core'
import { passphraseStrength } from '../lib/passphrase-strength.ts'

export interface NewPassphraseValue {
  first: string
  second: string
}

export const NO_PASSPHRASE: NewPassphraseValue = { first: '', second: '' }

interface Props {
  value: NewPassphraseValue
  onChange: (value: NewPassphraseValue) => void
  minChars: number
  disabled?: boolean
}

/** True when both fields agree on something long enough. */
export function isComplete({ first, second }: NewPassphraseValue, minChars: number): boolean {
  return first.length >= minChars && first === second
}

/** A passphrase typed twice, with a word on its strength. */
export function NewPassphrase({ value, onChange, minChars, disabled = false }: Props) {
  const { first, second } = value
  const { score, text } = passphraseStrength(first)
  const short = first !== '' && first.length < minChars
  const differs = second !== '' && !first.startsWith(second)
  return (
    <div className="new-passphrase">
      <PasswordInput
        label="Passphrase"
        value={first}
        disabled={disabled}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the passphrase' }}
        onChange={(event) => onChange({ first: event.currentTarget.value, second })}
      />
      <PasswordInput
        label="The same again"
        value={second}
        disabled={disabled}
        autoComplete="new-password"
        error={differs ? 'The two differ.' : null}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the repeated passphrase' }}
        onChange={(event) => onChange({ first, second: event.currentTarget.value })}
      />
      <div className="strength" data-score={first === '' ? 0 : score + 1} aria-live="polite">
        <i aria-hidden />
        <span>
          {first === ''
            ? `At least ${minChars} characters; a few unrelated words are best.`
            : short
              ? `Too short: at least ${minChars} characters.`
              : `Strength: ${text}`}
        </span>
      </div>
    </div>
  )
}
