import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { errorText } from '../lib/error-text.ts'

interface Toast {
  title?: string
  message: ReactNode
  /** One thing to do about it, "Undo". */
  action?: { label: string; run: () => void }
  kind?: 'plain' | 'error'
}

/**
 * A short message at the edge of the window; goes by itself, later when it offers something to do. Answers how to take
 * it away before.
 */
export function toast({ title, message, action, kind = 'plain' }: Toast): () => void {
  const id = notifications.show({
    ...(title !== undefined && { title }),
    color: kind === 'error' ? 'red' : 'deck',
    autoClose: action === undefined && kind === 'plain' ? 5000 : 12_000,
    message: (
      <>
        {message}{' '}
        {action !== undefined && (
          <button
            type="button"
            className="link"
            onClick={() => {
              notifications.hide(id)
              action.run()
            }}
          >
            {action.label}
          </button>
        )}
      </>
    ),
  })
  return () => void notifications.hide(id)
}

/** A failed call as a toast. */
export function toastError(error: unknown): void {
  const { title, message, action } = errorText(error)
  toast({ title, message: `${message} ${action}`.trim(), kind: 'error' })
}
