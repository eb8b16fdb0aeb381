import type { AppEvent } from '../../shared/contract/app.ts'
import type { Ports } from '../ports.ts'
import type { Library } from '../sources/interfaces.ts'
import type { ClipboardGuard } from './clipboard-guard.ts'
import type { EventHub } from './event-hub.ts'
import type { IdleLock } from './idle-lock.ts'
import type { JobRegistry } from './job-registry.ts'

/** What every service works with. Made once, in `app.ts`. */
export interface Core {
  readonly ports: Ports
  readonly library: Library
  readonly hub: EventHub
  readonly jobs: JobRegistry
  readonly idle: IdleLock
  /** Null where the page owns the clipboard. */
  readonly clipboard: ClipboardGuard | null
  /** Forgets secrets in memory and in the clipboard, and seals what is sealed at rest. */
  lock(): void
  publish(event: AppEvent): void
}
