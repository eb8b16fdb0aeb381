import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'

/** The one button of what has ended. It takes the focus where the button that had it went away with the running. */
export function DoneButton({ onClick }: { onClick: () => void }) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (document.activeElement === document.body) button.current?.focus()
  }, [])
  return (
    <Button ref={button} onClick={onClick} data-autofocus>
      Done
    </Button>
  )
}
