import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { Target } from '../../../shared/contract/exports.ts'
import { useAppData } from '../../app/app-data.ts'
import { askedForPassphrase } from '../../app/protected-call.ts'
import { api } from '../../lib/client.ts'
import { clearClipboard, copyInPage, countDown, useClipboardClear } from './clipboard-clear.ts'

interface Props {
  what: { ref: Ref; target: Target; values: Record<string, string> }
  disabled: boolean
  onError: (error: unknown) => void
}

/** Copies the string; the clipboard is cleared by itself. */
export function CopyButton({ what, disabled, onError }: Props) {
  const { state, secondsLeft } = useClipboardClear()
  const inMain = useAppData((app) => app.info?.clipboard === 'main')
  const [busy, setBusy] = useState(false)

  async function copy() {
    setBusy(true)
    try {
      const confirmed = { ...what, confirmed: true } as const
      if (inMain) countDown((await api().secrets.copy(confirmed)).clearAfterMs)
      else await copyInPage((await api().secrets.reveal({ ...confirmed, purpose: 'copy' })).value)
    } catch (error) {
      if (!askedForPassphrase(error, () => void copy())) onError(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <span className="visually-hidden" role="status">
        {state === 'copied' && 'Copied. The clipboard is cleared in 10 seconds.'}
        {state === 'stuck' && 'The string is still in the clipboard.'}
      </span>
      {state === 'stuck' ? (
        <Button variant="default" c="var(--warn-text)" onClick={() => void clearClipboard().catch(onError)}>
          Clear clipboard
        </Button>
      ) : (
        <Button variant="default" disabled={disabled} loading={busy} onClick={() => void copy()}>
          {state === 'copied' ? `Copied, clears in ${secondsLeft} s` : 'Copy (clears in 10 s)'}
        </Button>
      )}
    </>
  )
}
