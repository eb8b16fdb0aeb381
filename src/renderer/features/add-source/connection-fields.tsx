import { PasswordInput, Select, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { StoreSource } from '../../lib/store-kinds.ts'
import { EncryptionFields } from './encryption-fields.tsx'
import { type FieldName, factsOf, fieldProblems, type StoreFields } from './store-fields.ts'
import { needsPasswordAgain, type StoreForm } from './store-form.ts'
import { FIELD_WORDS, storeProblem } from './store-problem.ts'

interface Props {
  form: StoreForm
  /** The source that is changed, null for a new one. */
  source: StoreSource | null
  disabled: boolean
  /** Stands beside the prefix. */
  children?: ReactNode
}

const PLAIN = { spellCheck: false, autoCapitalize: 'off', autoComplete: 'off' } as const
const ORDER: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']

/** Host, database, login, encryption, topology and prefix of a store. */
export function ConnectionFields({ form, source, disabled, children }: Props) {
  const { fields, own, error, change } = useStore(form)
  const facts = factsOf(fields.kind, own)
  const problems = fieldProblems(fields)
  const failed = error === null ? null : storeProblem(error, { ...fields, hasPassword: true }).field
  const wordsFor = (name: FieldName) => problems[name] ?? (failed === name ? FIELD_WORDS[name] : undefined)
  const topology = facts.topologies.find(({ value }) => value === fields.topology)
  const text = (name: 'hosts' | 'database' | 'user' | 'topologyName' | 'prefix') => ({
    ...PLAIN,
    value: fields[name],
    disabled,
    maxLength: name === 'hosts' ? 2000 : 200,
    inputWrapperOrder: ORDER,
    onChange: (event: { currentTarget: { value: string } }) => change({ [name]: event.currentTarget.value }),
  })
  return (
    <div className="store-fields">
      <TextInput
        {...text('hosts')}
        className={facts.database === null ? 'full' : 'wide'}
        label={facts.address}
        placeholder={facts.hosts}
        description={
          facts.topologies.length > 1 && fields.topology !== 'single' ? 'Several with commas between.' : null
        }
        error={wordsFor('hosts')}
      />
      {facts.database !== null && (
        <TextInput
          {...text('database')}
          className="narrow"
          label={facts.database.label}
          placeholder={facts.database.placeholder}
          error={wordsFor('database')}
        />
      )}
      {facts.user !== null && (
        <TextInput {...text('user')} label={facts.user} placeholder="none" error={wordsFor('user')} />
      )}
      {facts.password !== null && (
        <PasswordField
          form={form}
          source={source}
          disabled={disabled}
          failed={wordsFor('password')}
          label={facts.password}
          isWide={facts.user === null}
        />
      )}
      {facts.tls && <EncryptionFields form={form} disabled={disabled} failed={wordsFor('tls')} />}
      {facts.topologies.length > 1 && (
        <Select
          label="Servers"
          allowDeselect={false}
          disabled={disabled}
          data={facts.topologies.map(({ value, label }) => ({ value, label }))}
          value={fields.topology}
          onChange={(value) => value !== null && change({ topology: value as StoreFields['topology'] })}
        />
      )}
      {topology?.name !== undefined && <TextInput {...text('topologyName')} label={topology.name} required />}
      {facts.prefix !== null && (
        <TextInput {...text('prefix')} label="Prefix" placeholder="all" description={facts.prefix} />
      )}
      {children}
    </div>
  )
}

interface PasswordProps extends Omit<Props, 'children'> {
  failed: string | undefined
  label: string
  isWide: boolean
}

function PasswordField({ form, source, disabled, failed, label, isWide }: PasswordProps) {
  const state = useStore(form)
  const { password, setPassword, forgetPassword } = state
  const again = needsPasswordAgain(source, state)
  const hidden = password.kind === 'ticket' || (password.kind === 'kept' && !again)
  return (
    <div className={isWide ? 'full' : undefined}>
      <PasswordInput
        label={label}
        placeholder={hidden ? '••••••••' : 'none'}
        value={password.kind === 'typed' ? password.text : ''}
        disabled={disabled}
        maxLength={5000}
        autoComplete="off"
        error={failed ?? again}
        aria-invalid={failed !== undefined || again}
        visibilityToggleButtonProps={{ 'aria-label': `Show the ${label.toLowerCase()}` }}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {again && (
        <div className="store-under store-bad">
          The one that is kept was given for another server or login, and goes to no other: type it again.
        </div>
      )}
      {hidden && (
        <div className="store-under">
          {password.kind === 'ticket' ? 'From the connection string.' : 'Kept, sealed on this machine.'}{' '}
          <button type="button" className="link" disabled={disabled} onClick={forgetPassword}>
            Connect without
          </button>
        </div>
      )}
    </div>
  )
}
