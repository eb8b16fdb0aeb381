/** What a held button shows, and for how long at most. */
export interface Revealed {
  value: string
  hideAfterMs: number
}

export interface Hold {
  /** The button is down. */
  start: () => void
  /** It is up again, or something else ends it. Harmless when nothing shows. */
  end: () => void
}

interface Options {
  /** Where the value goes; nothing else ever writes there. */
  element: () => HTMLElement | null
  reveal: () => Promise<Revealed>
  /** Told when a value comes on screen and when it is gone. */
  onChange: (shown: boolean) => void
  onError: (error: unknown) => void
  /** The value was shown, or could have been, and is gone. */
  onHidden: () => void
}

/**
 * Shows a secret while a button is held. The value goes straight into one element's text and out again, and is kept
 * nowhere else: not in React's state, which would hold on to it.
 */
export function createHold({ element, reveal, onChange, onError, onHidden }: Options): Hold {
  let holding = 0
  let asked = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let next = 1

  function end(): void {
    if (holding === 0) return
    holding = 0
    clearTimeout(timer)
    const target = element()
    if (target !== null) target.textContent = ''
    onChange(false)
    if (asked) onHidden()
    asked = false
  }

  async function show(mine: number): Promise<void> {
    try {
      asked = true
      const { value, hideAfterMs } = await reveal()
      const target = element()
      // Let go meanwhile: the value is dropped unseen.
      if (holding !== mine || target === null) return onHidden()
      target.textContent = value
      onChange(true)
      timer = setTimeout(end, hideAfterMs)
    } catch (error) {
      if (holding === mine) end()
      onError(error)
    }
  }

  return {
    start() {
      if (holding !== 0) return
      holding = next
      next += 1
      void show(holding)
    },
    end,
  }
}
