import type { tl } from '@mtcute/core'
import type { Core } from '../core.ts'
import type { Login } from '../state.ts'

type AnyRequest = { readonly _: keyof tl.RpcCallReturn }

/** Answers one method of the API, or throws the RpcFault that it is refused with. */
export type Handler<Request extends AnyRequest> = (
  core: Core,
  login: Login,
  call: Request,
) => tl.RpcCallReturn[Request['_']]
