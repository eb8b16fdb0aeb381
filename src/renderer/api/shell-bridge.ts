/** What the preload puts into the page. Absent in a plain browser (headless shell). */
interface ShellBridge {
  /** Absolute path of a dropped or picked file; empty when it has none (made in the page). */
  pathForFile(file: File): string
}

declare global {
  interface Window {
    readonly sessionDeck?: ShellBridge
  }
}

/** The message by which the page hands its port to the preload. Written out again in the preload, which imports nothing. */
export const PORT_MESSAGE = 'session-deck:port'
