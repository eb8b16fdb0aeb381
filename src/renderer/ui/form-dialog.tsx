import { Button } from '@mantine/core'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { DialogFrame } from './dialog-frame.tsx'
import { ErrorNotice } from './error-notice.tsx'

interface Props {
  title: ReactNode
  subtitle?: ReactNode | undefined
  /** Pixels. */
  width?: number
  /** What the button that sends the form says. */
  submitLabel: ReactNode
  /** False while something that has to be filled in is not: the form is not sent then. */
  ready?: boolean
  /** True when sending it does what cannot be taken back, or opens what was closed. */
  danger?: boolean
  /** While it is sent: the dialog stays, and nothing is sent twice. */
  busy?: boolean
  /** False where only its own buttons may close it: what it asks for would be lost. */
  dismissable?: boolean
  /** What the sending threw; null when there is nothing to say. */
  error?: unknown
  /** Buttons before "Cancel": another step, a test. The class `push-left` puts one on the other side. */
  extra?: ReactNode
  /** What has the focus at first: a field, or "Cancel" where Enter must not be enough. `data-autofocus` on a field wins. */
  focus?: 'field' | 'cancel'
  /** Enter in a field or a click on the button, only when ready and not busy. */
  onSubmit: () => void
  onClose: () => void
  children?: ReactNode
}

const FIELDS = ['input:not([disabled], [type="hidden"])', 'select:not([disabled])', 'textarea:not([disabled])']

/** A dialog that asks for something and sends it: fields, the error below them, "Cancel" and one button that does it. */
export function FormDialog({
  title,
  subtitle,
  width = 520,
  submitLabel,
  ready = true,
  danger = false,
  busy = false,
  dismissable = true,
  error = null,
  extra,
  focus = 'field',
  onSubmit,
  onClose,
  children,
}: Props) {
  const id = useId()
  const sentFrom = useRef<Element | null>(null)
  // A field is disabled while the form is sent and loses the focus; whoever mistyped goes on where they were.
  useEffect(() => {
    if (busy || error === null || document.activeElement !== document.body) return
    if (sentFrom.current instanceof HTMLElement) sentFrom.current.focus()
  }, [busy, error])
  return (
    <DialogFrame
      title={title}
      subtitle={subtitle}
      width={width}
      onClose={onClose}
      dismissable={dismissable && !busy}
      end={
        <>
          {extra}
          <Button variant="default" onClick={onClose} disabled={busy} data-autofocus={focus === 'cancel' || undefined}>
            Cancel
          </Button>
          <Button
            type="submit"
            form={id}
            className={danger ? 'danger-button' : undefined}
            loading={busy}
            disabled={!ready}
            // Comes after every field: it has the focus only where there is none.
            data-autofocus={focus === 'field' || undefined}
          >
            {submitLabel}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="stack"
        ref={focus === 'field' ? markFirstField : null}
        onSubmit={(event) => {
          event.preventDefault()
          if (!ready || busy) return
          sentFrom.current = document.activeElement
          onSubmit()
        }}
      >
        {children}
        {error !== null && <FormError error={error} />}
      </form>
    </DialogFrame>
  )
}

/** For the focus trap of the frame, which would begin with the button that closes it. */
function markFirstField(form: HTMLFormElement | null): void {
  if (form === null || form.querySelector('[data-autofocus]') !== null) return
  form.querySelector(FIELDS.join())?.setAttribute('data-autofocus', 'true')
}

function FormError({ error }: { error: unknown }) {
  const box = useRef<HTMLDivElement>(null)
  // Below a long form it could appear unseen. Newer browsers answer with a promise, which is no clean-up.
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' })
  }, [error])
  return (
    <div ref={box} className="dialog-answer">
      <ErrorNotice error={error} />
    </div>
  )
}
