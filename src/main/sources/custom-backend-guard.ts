import type { ConnectOptions, StoreLocation, StoreSecrets } from '../backends/store.ts'
import type { CustomBackend, CustomFields } from './custom-backends.ts'
import { connectionGuard, guardedConnection } from './custom-connection.ts'
import { type MadeConnection, quietly, started } from './custom-transaction.ts'
import type { StoreMedium } from './store-types.ts'

/** What a module is told of where a store is. */
interface CustomAddress {
  /** As the person wrote it. */
  readonly address: string
  readonly database: string
  readonly user: string
  readonly tls: StoreLocation['tls']
  readonly prefix: string
}

/** A backend as a module makes it, its members checked. */
export interface MadeBackend {
  readonly kind: string
  readonly label: string
  readonly help: string
  readonly medium: StoreMedium
  readonly fields: CustomFields
  connect(address: CustomAddress, secrets: StoreSecrets, options: ConnectOptions): unknown
}

/**
 * The backend as the app uses it: every call ends in time, in an answer of the right shape or in an AppError.
 * @param module name of its file, for the error
 */
export function guardedBackend(made: MadeBackend, module: string): CustomBackend {
  const { label, help, medium, fields } = made
  return {
    kind: `custom:${made.kind}`,
    label,
    help,
    medium,
    fields,
    async connect({ hosts, database, user, tls, prefix }, { password }, options) {
      const { signal, connectTimeoutMs } = options
      const guard = connectionGuard(module, { ...options, commandTimeoutMs: connectTimeoutMs }, password)
      signal.throwIfAborted()
      const address: CustomAddress = { address: hosts[0] ?? '', database, user, tls: { ...tls }, prefix }
      const connecting = started(() => made.connect(address, { password }, options))
      try {
        const connection = await guard.run(() => connecting)
        const calls = connectionGuard(module, options, password)
        return guardedConnection(connection, medium, prefix, calls, options)
      } catch (error) {
        // One that comes too late, or is none, is nobody's: it is ended.
        void connecting.then(
          (late) => quietly(() => (late as MadeConnection).close()),
          () => undefined,
        )
        throw error
      }
    },
  }
}
