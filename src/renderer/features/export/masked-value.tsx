import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { formatCount } from '../../lib/numbers.ts'
import { createHold, type Hold, type Revealed } from './hold-to-show.ts'

interface Props {
  charLength: number
  /** First characters that say nothing: the version of the layout. */
  prefix: string
  reveal: () => Promise<Revealed>
  onHidden: () => void
  onError: (error: unknown) => void
}

/** A string as bullets, shown only while the button is held. */
export function MaskedValue({ charLength, prefix, reveal, onHidden, onError }: Props) {
  const [shown, setShown] = useState(false)
  const value = useRef<HTMLSpanElement>(null)
  const hold = useRef<Hold | null>(null)
  const calls = useRef({ reveal, onHidden, onError })
  useEffect(() => {
    calls.current = { reveal, onHidden, onError }
  })
  useEffect(() => {
    const made = createHold({
      element: () => value.current,
      reveal: () => calls.current.reveal(),
      onHidden: () => calls.current.onHidden(),
      onError: (error) => calls.current.onError(error),
      onChange: setShown,
    })
    hold.current = made
    // Whatever takes the person's eyes or hands away hides it.
    window.addEventListener('blur', made.end)
    window.addEventListener('pointerup', made.end)
    document.addEventListener('visibilitychange', made.end)
    return () => {
      window.removeEventListener('blur', made.end)
      window.removeEventListener('pointerup', made.end)
      document.removeEventListener('visibilitychange', made.end)
      made.end()
    }
  }, [])
  const start = () => hold.current?.start()
  const end = () => hold.current?.end()

  return (
    <div className="secret" data-shown={shown}>
      <div className="secret-text">
        {/* Keeps its room while the value lies over it: nothing moves under the held button. */}
        <span
          role="img"
          aria-hidden={shown}
          className="secret-mask"
          aria-label={`Hidden string of ${formatCount(charLength)} characters`}
        >
          {prefix}
          {'•'.repeat(Math.max(0, charLength - prefix.length))}
        </span>
        <span ref={value} className="secret-value" data-testid="secret-value" />
      </div>
      <Button
        variant="default"
        aria-pressed={shown}
        title="Keep the button, the space bar or Enter down"
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture?.(event.pointerId)
          start()
        }}
        onPointerUp={end}
        onPointerCancel={end}
        onLostPointerCapture={end}
        onContextMenu={(event) => event.preventDefault()}
        onBlur={end}
        onKeyDown={(event) => {
          if (event.key !== ' ' && event.key !== 'Enter') return
          event.preventDefault()
          if (!event.repeat) start()
        }}
        onKeyUp={end}
      >
        {shown ? 'Let go to hide' : 'Hold to show'}
      </Button>
    </div>
  )
}
