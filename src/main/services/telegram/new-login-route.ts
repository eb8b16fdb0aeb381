import { AppError } from '../../domain/errors.ts'
import type { NewLoginRequest } from '../../telegram/gateway.ts'
import type { Destination } from '../import-destination.ts'
import type { TelegramRoutes } from './telegram-core.ts'

export interface NewLoginPlace {
  readonly destination: Destination
  readonly dcId: number
  readonly test: boolean
}

/** All of a request but how the login is made: plain data, for it crosses into another process. `wipeRoute` in a `finally`. */
export type NewLoginRoute = Omit<NewLoginRequest, 'method'>

/** @throws AppError telegram.no-app, protection.locked, request.invalid where the data centre has no address */
export function newLoginRoute(routes: TelegramRoutes, { destination, dcId, test }: NewLoginPlace): NewLoginRoute {
  const endpoint = routes.endpoint(dcId, test)
  if (endpoint === null) {
    throw new AppError('request.invalid', { field: 'dcId', reason: 'no address of this data centre is known' })
  }
  const app = routes.app()
  const wayOut = routes.wayOut(destination.kind === 'source' ? destination.sourceId : null)
  return {
    endpoint,
    app,
    wayOut,
    endpoints: routes.endpoints(test),
    publicKeys: routes.publicKeys(),
  }
}
