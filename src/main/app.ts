import type { Router } from '@orpc/server'
import type { AppEvent } from '../shared/contract/app.ts'
import { type Contract, contract } from '../shared/contract/index.ts'
import { AppError } from './domain/errors.ts'
import type { Ports } from './ports.ts'
import { createImplementer } from './services/implementer.ts'

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

export async function createApp(ports: Ports): Promise<App> {
  const os = createImplementer(ports.log)
  type Areas = Record<string, Record<string, { handler(run: () => never): unknown }>>
  const areas = Object.fromEntries(
    Object.entries(contract).map(([area, calls]) => [
      area,
      Object.fromEntries(
        Object.keys(calls).map((call) => [
          call,
          (os as unknown as Areas)[area]?.[call]?.handler(() => {
            throw new AppError('request.unsupported', { reason: 'not ready yet' })
          }),
        ]),
      ),
    ]),
  )
  return {
    router: areas as unknown as App['router'],
    emit: () => {},
    lock: () => {},
    close: async () => {},
  }
}
