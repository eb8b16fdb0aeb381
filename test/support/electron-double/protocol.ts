import { needNotReady, needReady } from './state.ts'

type Handler = (request: Request) => Response | Promise<Response>

const handlers = new Map<string, Handler>()
const privileged = new Set<string>()

export const protocol = {
  registerSchemesAsPrivileged: (schemes: readonly { readonly scheme: string }[]): void => {
    needNotReady('protocol.registerSchemesAsPrivileged')
    for (const { scheme } of schemes) privileged.add(scheme)
  },
  handle: (scheme: string, handler: Handler): void => {
    needReady('protocol.handle')
    if (!privileged.has(scheme)) throw new Error(`the scheme ${scheme} was not registered as standard and secure`)
    if (handlers.has(scheme)) throw new Error(`The scheme ${scheme} is already intercepted`)
    handlers.set(scheme, handler)
  },
  unhandle: (scheme: string): void => void handlers.delete(scheme),
  isProtocolHandled: (scheme: string): boolean => handlers.has(scheme),
}

/** Asks the program's own handler, as the window does. @throws when it has none, or the handler fails (net::ERR_FAILED) */
export async function fetchScheme(url: string, init?: RequestInit): Promise<Response> {
  const handler = handlers.get(new URL(url).protocol.slice(0, -1))
  if (handler === undefined) throw new Error('net::ERR_UNKNOWN_URL_SCHEME')
  return await handler(new Request(url, init))
}

export const net = {
  fetch: async (url: string): Promise<Response> => fetchScheme(url),
}
