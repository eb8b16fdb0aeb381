/** A process of the app's own. What is sent is cloned while `send` runs, and arrives in order. */
export interface AppProcess {
  /** Does nothing once the process has ended. */
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, also when the process could not be started. */
  onExit(listener: () => void): void
  /** Ends it at once, whatever it is doing. */
  kill(): void
  /** Whether this program stays for its sake. At first it does. */
  hold(on: boolean): void
}

/**
 * Starts a built file, or a source file where there are none, as a process that shows nothing and ends with this one.
 * `name` is what lists of processes call it, where they do. The other side's end is `openParentPort` of `parent-port.ts`.
 */
export type StartProcess = (file: string, name: string) => AppProcess
