import { Button } from '@mantine/core'
import type { TelegramProgress } from '../../shared/contract/telegram.ts'
import { Notice } from './notice.tsx'

interface Props {
  progress: TelegramProgress | null
  onPause: () => void
  onResume: () => void
  onCancel: () => void
  onClose: () => void
}

/** The buttons below a job that runs: stop, pause or go on, and leave it to itself. */
export function JobControls({ progress, onPause, onResume, onCancel, onClose }: Props) {
  const paused = progress?.state === 'paused'
  return (
    <>
      <Button
        variant="default"
        className="push-left"
        c="var(--bad-text)"
        disabled={progress === null}
        onClick={onCancel}
      >
        Stop
      </Button>
      <Button variant="default" disabled={progress === null} onClick={paused ? onResume : onPause}>
        {paused ? 'Resume' : 'Pause'}
      </Button>
      <Button onClick={onClose} data-autofocus>
        {paused ? 'Close' : 'Go on in the background'}
      </Button>
    </>
  )
}

interface QuestionProps {
  progress: TelegramProgress
  onResume: () => void
  onCancel: () => void
}

/** Asked when one login after the other turns out banned or killed; nothing otherwise. */
export function JobQuestion({ progress, onResume, onCancel }: QuestionProps) {
  if (!progress.asks) return null
  return (
    <div role="alert">
      <Notice
        kind="warning"
        actions={
          <>
            <button type="button" className="link" onClick={onResume}>
              Go on all the same
            </button>
            <button type="button" className="link" onClick={onCancel}>
              Stop here
            </button>
          </>
        }
      >
        <strong>Paused: is something wrong?</strong> {progress.note}
      </Notice>
    </div>
  )
}
