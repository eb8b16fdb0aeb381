/** Whether a secret is on screen: keeps the window out of screen captures meanwhile. */
export interface ShownSecret {
  show(forMs: number): void
  hide(): void
}

/** Ends by itself a little after the window has hidden the value, should it forget to say so. */
export function createShownSecret(setContentProtection: (on: boolean) => void): ShownSecret {
  let timer: NodeJS.Timeout | undefined
  let isOn = false
  const hide = (): void => {
    clearTimeout(timer)
    if (isOn) setContentProtection(false)
    isOn = false
  }
  return {
    show: (forMs) => {
      clearTimeout(timer)
      setContentProtection(true)
      isOn = true
      timer = setTimeout(hide, forMs + 1000).unref()
    },
    hide,
  }
}
