import { useId, useLayoutEffect, useRef } from 'react'
import { create } from 'zustand'

interface Frame {
  readonly id: string
  escape(): void
}

/** Open frames, the topmost last. */
const useFrames = create<readonly Frame[]>()(() => [])

/**
 * Whether this frame lies above all others; `onEscape` runs when Escape is pressed while it does. One listener serves them
 * all: a key press closes one frame, and there is no moment in which it closes none.
 */
export function useTopmost(onEscape: () => void): boolean {
  const id = useId()
  const latest = useRef(onEscape)
  useLayoutEffect(() => {
    latest.current = onEscape
  })
  useLayoutEffect(() => {
    window.addEventListener('keydown', pressed, { capture: true })
    useFrames.setState((frames) => [...frames, { id, escape: () => latest.current() }], true)
    return () => {
      useFrames.setState((frames) => frames.filter((frame) => frame.id !== id), true)
      if (useFrames.getState().length === 0) window.removeEventListener('keydown', pressed, { capture: true })
    }
  }, [id])
  return useFrames((frames) => frames.at(-1)?.id === id || frames.every((frame) => frame.id !== id))
}

function pressed(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.isComposing) return
  // An open list of choices within the frame closes first.
  const isTaken =
    event.target instanceof Element && event.target.closest('[data-mantine-stop-propagation="true"]') !== null
  if (!isTaken) useFrames.getState().at(-1)?.escape()
}
