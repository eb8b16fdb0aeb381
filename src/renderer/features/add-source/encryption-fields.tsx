import { Select, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import { Notice } from '../../ui/notice.tsx'
import { fieldProblems, isFilled, isLocal, type StoreFields } from './store-fields.ts'
import type { StoreForm } from './store-form.ts'

interface Props {
  form: StoreForm
  disabled: boolean
  /** What is wrong with it, in a word or two. */
  failed: string | undefined
}

const MODES = [
  { value: 'off', label: 'Off' },
  { value: 'verify', label: 'TLS, certificate checked' },
  { value: 'any', label: 'TLS, any certificate' },
]

/** Whether the connection is encrypted, and who vouches for the server. */
export function EncryptionFields({ form, disabled, failed }: Props) {
  const { fields, change } = useStore(form)
  const [asksForCa, setAsksForCa] = useState(false)
  const open = asksForCa || fields.ca !== ''
  return (
    <>
      <div>
        <Select
          label="Encryption"
          allowDeselect={false}
          disabled={disabled}
          data={MODES}
          value={fields.tls}
          error={failed}
          onChange={(value) => value !== null && change({ tls: value as StoreFields['tls'] })}
        />
        {fields.tls === 'verify' && !open && (
          <div className="store-under">
            <button type="button" className="link" disabled={disabled} onClick={() => setAsksForCa(true)}>
              Own certificate authority…
            </button>
          </div>
        )}
      </div>
      {fields.tls === 'verify' && open && (
        <Textarea
          className="full store-ca"
          label="Certificate authority (PEM)"
          description="The certificate that signed the server’s. Empty: those that this system trusts."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          placeholder="-----BEGIN CERTIFICATE-----"
          autosize
          minRows={3}
          maxRows={6}
          maxLength={200_000}
          spellCheck={false}
          value={fields.ca}
          disabled={disabled}
          error={fieldProblems(fields).ca}
          onChange={(event) => change({ ca: event.currentTarget.value })}
        />
      )}
      {fields.tls === 'any' && (
        <div className="full">
          <Notice kind="warning">
            <strong>Encrypted, but with anybody.</strong> Who sits on the way can pose as the server, and then has the
            password and every key that crosses. Better: give your own certificate authority.
          </Notice>
        </div>
      )}
      {fields.tls === 'off' && isFilled(fields) && !isLocal(fields) && (
        <div className="full">
          <Notice kind="warning">
            <strong>Not encrypted.</strong> The password and every key can be read on the way. That is right inside an
            SSH tunnel, a VPN or a network of your own.
          </Notice>
        </div>
      )}
    </>
  )
}
