import type { AppEvent } from '../shared/contract/app.ts'
import type { Ports } from './ports.ts'

/** The program without a shell around it. */
export interface App {
  /** Implements the contract; give it to an oRPC handler with an empty context. */
  readonly router: never
  /** Something the shell saw: paths to open, a menu item. Reaches every window. */
  emit(event: AppEvent): void
  /** Sleep, screen lock, the lock button: forgets opened secrets, clears a copied one, blanks the windows. */
  lock(): void
  close(): Promise<void>
}

export declare function createApp(ports: Ports): Promise<App>
