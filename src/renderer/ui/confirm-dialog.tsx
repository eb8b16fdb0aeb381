import { Checkbox, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { FormDialog } from './form-dialog.tsx'

/**
 * What the person does before the button works: tick a box, or type a word. The word is shown as it is given, so it has
 * to be one that can be typed: a name through `safeText`, a count, never an empty text.
 */
type Consent = { kind: 'tick'; label: string } | { kind: 'type'; word: string }

interface Props {
  /** A question: "Delete “shop” for good?" */
  title: ReactNode
  subtitle?: ReactNode | undefined
  /** Pixels. */
  width?: number
  /** What the button says: the verb of the title. */
  verb: string
  /** False where what it does can be taken back. */
  danger?: boolean
  consent?: Consent
  /** False while it cannot be done at all, whatever the person says. */
  ready?: boolean
  busy?: boolean
  /** What the last attempt threw; null when there is nothing to say. */
  error?: unknown
  onConfirm: () => void
  onClose: () => void
  /** What it does and what it breaks. */
  children: ReactNode
}

/** Asks before something is done. Where that is dangerous, Enter alone never does it. */
export function ConfirmDialog({
  verb,
  danger = true,
  consent,
  ready = true,
  busy = false,
  onConfirm,
  children,
  ...frame
}: Props) {
  const [ticked, setTicked] = useState(false)
  const [typed, setTyped] = useState('')
  const consented = consent === undefined || (consent.kind === 'tick' ? ticked : isSame(typed, consent.word))
  return (
    <FormDialog
      {...frame}
      submitLabel={verb}
      danger={danger}
      ready={ready && consented}
      busy={busy}
      focus={danger ? 'cancel' : 'field'}
      onSubmit={onConfirm}
    >
      {children}
      {consent?.kind === 'tick' && (
        <Checkbox
          label={consent.label}
          checked={ticked}
          disabled={busy}
          onChange={(event) => setTicked(event.currentTarget.checked)}
        />
      )}
      {consent?.kind === 'type' && (
        <TextInput
          label={
            <>
              Type <strong>{consent.word}</strong> to confirm
            </>
          }
          value={typed}
          disabled={busy}
          data-autofocus
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  )
}

/** As they look: spaces that do not show and two ways to write one letter make no difference. Nothing is never a word. */
function isSame(typed: string, word: string): boolean {
  const [said, wanted] = [typed, word].map((text) => text.normalize('NFC').replaceAll(/\s+/g, ' ').trim())
  return said !== '' && said === wanted
}
