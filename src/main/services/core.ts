import type { Job } from '../../shared/contract/jobs.ts'
import type { Ports } from '../ports.ts'
import type { Library } from '../sources/interfaces.ts'
import { protectionView } from './app-info.ts'
import { type ClipboardGuard, createClipboardGuard } from './clipboard-guard.ts'
import { createEventHub, type EventHub } from './event-hub.ts'
import { createIdleLock, type IdleLock } from './idle-lock.ts'
import { createImportTray, type ImportTray } from './import-tray.ts'
import { createJobRegistry, type JobRegistry } from './job-registry.ts'
import { createPasswordTickets, type PasswordTickets } from './password-tickets.ts'
import { createShownSecret, type ShownSecret } from './shown-secret.ts'

/** What every service works with. */
export interface Core {
  readonly ports: Ports
  readonly library: Library
  readonly hub: EventHub
  readonly jobs: JobRegistry
  readonly idle: IdleLock
  readonly tray: ImportTray
  readonly passwords: PasswordTickets
  /** Null where the page owns the clipboard. */
  readonly clipboard: ClipboardGuard | null
  readonly shown: ShownSecret
  /** Called whenever secrets are forgotten: on lock, by whoever locks. */
  onForget(listener: () => void): void
  /** Forgets secrets in memory and in the clipboard, and seals what is sealed at rest. */
  lock(): void
  /** Leaves nothing behind; the library stays open. */
  close(): Promise<void>
}

export function createCore(ports: Ports, library: Library): Core {
  const hub = createEventHub()
  const jobs = createJobRegistry((job) => hub.publish({ type: 'job', job }))
  const tray = createImportTray(ports.clock)
  const passwords = createPasswordTickets()
  const clipboard = ports.clipboard && createClipboardGuard(ports.clipboard, ports.log)
  const shown = createShownSecret(ports.setContentProtection)
  // In the demo there is nothing to keep, and nobody to know the passphrase.
  const canLock = (): boolean => !ports.demo && library.protection.state().state === 'unlocked'
  const idle = createIdleLock(ports.clock, canLock, lock, () => jobs.list().some(holdsOffLock))
  const forgetters: (() => void)[] = []
  const unsubscribe = library.subscribe((event) => hub.publish(event))

  library.protection.onChange(({ state }) => {
    // Also when somebody else than us locked it.
    if (state === 'locked') forget()
    hub.publish({ type: 'protection', protection: protectionView(library.protection) })
    if (state !== 'unlocked') return
    // What windows asked for while it was locked was refused: they ask again.
    hub.publish({ type: 'sessions', revision: library.catalog.revision() })
    for (const type of ['sources', 'trash', 'audit'] as const) hub.publish({ type })
  })

  function forget(): void {
    tray.clear()
    passwords.clear()
    shown.hide()
    library.forgetPasscodes()
    void clipboard?.clear()
    for (const forgetToo of forgetters) forgetToo()
  }
  function lock(): void {
    library.protection.lock()
    forget()
  }

  return {
    ports,
    library,
    hub,
    jobs,
    idle,
    tray,
    passwords,
    clipboard,
    shown,
    onForget: (listener) => void forgetters.push(listener),
    lock,
    close: async () => {
      idle.close()
      jobs.cancelAll()
      tray.clear()
      passwords.clear()
      shown.hide()
      unsubscribe()
      hub.close()
      await clipboard?.clear()
    },
  }
}

/** Work with an end in sight that locking would cut off. A search is asked anew; a QR code may wait for ever. */
function holdsOffLock({ kind, state, total }: Job): boolean {
  return state === 'running' && kind !== 'scan' && kind !== 'search' && total !== null
}
