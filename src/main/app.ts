import type { Router } from '@orpc/server'
import type { AppEvent } from '../shared/contract/app.ts'
import type { Contract } from '../shared/contract/index.ts'
import type { Ports } from './ports.ts'
import { createCore } from './services/core.ts'
import { startDemo } from './services/demo.ts'
import { createRouter } from './services/router.ts'
import { openTelegram, type TelegramOptions } from './services/telegram/open-telegram.ts'
import { warmUp } from './services/warm-up.ts'
import { openLibrary } from './sources/library.ts'
import type { Gateway } from './telegram/gateway.ts'
import { createGateway } from './telegram/process-gateway.ts'

/** The program without a shell around it. */
export interface App {
  /** Implements the contract; give it to an oRPC handler with an empty context. */
  readonly router: Router<Contract, Record<never, never>>
  /** Something the shell saw: paths to open, a menu item. Reaches every window. */
  emit(event: AppEvent): void
  /** Sleep, screen lock, the lock button: forgets opened secrets, clears a copied one, blanks the windows. */
  lock(): void
  close(): Promise<void>
}

/** What a test puts in the place of the app's own. */
export interface AppParts extends TelegramOptions {
  readonly gateway?: Gateway
}

/**
 * Opens the data folder and makes everything between shell and format ready to answer.
 * @throws AppError format.unsupported-version when a newer app wrote the data, source.denied
 */
export async function createApp(ports: Ports, parts: AppParts = {}): Promise<App> {
  const library = await openLibrary(ports)
  const core = createCore(ports, library)
  const demo = ports.demo ? startDemo(core) : null
  const { version, startProcess } = ports
  // Nothing is contacted, and no process started, before a call asks for it.
  const gateway = parts.gateway ?? createGateway({ code: ports.paths.code, version, startProcess })
  const telegram = openTelegram(core, gateway, parts)
  const router = createRouter(core, telegram)
  // Refused while locked, and of no consequence when it fails.
  if (ports.shell !== 'cli') void warmUp(core, router).catch(() => undefined)
  return {
    router,
    emit: (event) => core.hub.publish(event),
    lock: () => core.lock(),
    close: async () => {
      await core.close()
      await telegram.close()
      await demo?.close()
      await library.close()
    },
  }
}
