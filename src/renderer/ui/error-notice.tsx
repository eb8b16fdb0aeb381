import { errorText } from '../lib/error-text.ts'
import { Notice } from './notice.tsx'

interface Props {
  /** Whatever a call threw. */
  error: unknown
  onRetry?: () => void
}

/** A failed call as a sentence and what to do about it. */
export function ErrorNotice({ error, onRetry }: Props) {
  const { message, action } = errorText(error)
  return (
    <Notice
      kind="error"
      actions={
        onRetry && (
          <button type="button" className="link" onClick={onRetry}>
            Try again
          </button>
        )
      }
    >
      <strong>{message}</strong> {action}
    </Notice>
  )
}
