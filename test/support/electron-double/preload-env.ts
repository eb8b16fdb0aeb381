// Runs here and, with its types stripped, in the page: it may import nothing and use nothing of Node.

type Listener = (event: { sender: unknown; ports: unknown[] }, ...args: unknown[]) => void

/** How the preload's `ipcRenderer` reaches main. */
export interface PreloadTransport {
  invoke(channel: string, args: unknown[]): Promise<unknown>
  send(channel: string, args: unknown[]): void
  postMessage(channel: string, message: unknown, ports: unknown[]): void
  onMessage(listener: (channel: string, args: unknown[]) => void): void
}

/**
 * The `require` of a sandboxed preload. `world` is the page's global object: what `contextBridge` exposes lands there
 * by its rules (data copied and frozen, functions by proxy, promises wrapped anew, prototypes dropped).
 */
export function makePreloadRequire(
  world: object,
  transport: PreloadTransport,
  clone: (value: unknown) => unknown,
): (name: string) => unknown {
  const listeners = new Map<string, Listener[]>()
  const ipcRenderer = {
    invoke: (channel: string, ...args: unknown[]) => transport.invoke(channel, args),
    send: (channel: string, ...args: unknown[]) => transport.send(channel, args),
    postMessage: (channel: string, message: unknown, ports: unknown[] = []) =>
      transport.postMessage(channel, message, ports),
    on: (channel: string, listener: Listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer
    },
    off: (channel: string, listener: Listener) => {
      const others = (listeners.get(channel) ?? []).filter((other) => other !== listener)
      listeners.set(channel, others)
      return ipcRenderer
    },
  }
  transport.onMessage((channel, args) => {
    for (const listener of listeners.get(channel) ?? []) listener({ sender: ipcRenderer, ports: [] }, ...args)
  })

  const proxies = new WeakMap<object, unknown>()
  const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)
  function cross(value: unknown, depth = 0): unknown {
    if (depth > 1000) throw new TypeError('contextBridge: recursion depth exceeded')
    if (typeof value === 'symbol') throw new TypeError('contextBridge: symbols cannot cross')
    if (typeof value === 'function') {
      if (!proxies.has(value))
        proxies.set(value, (...args: unknown[]) => cross(value(...args.map((arg) => cross(arg)))))
      return proxies.get(value)
    }
    if (value === null || typeof value !== 'object') return value
    if (kindOf(value) === 'Promise') return crossPromise(value as Promise<unknown>)
    if (kindOf(value) === 'Error') return new Error((value as Error).message)
    if (kindOf(value) === 'File') return value
    if (Array.isArray(value)) return value.map((item) => cross(item, depth + 1))
    if (kindOf(value) !== 'Object') return clone(value)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cross(item, depth + 1)]))
  }
  function crossPromise(promise: Promise<unknown>): Promise<unknown> {
    return promise.then(
      (value) => cross(value),
      (error: unknown) => {
        throw cross(error)
      },
    )
  }
  function freeze<T>(value: T): T {
    if (value === null || typeof value !== 'object') return value
    for (const item of Object.values(value)) freeze(item)
    return Object.freeze(value)
  }

  const electron = {
    ipcRenderer,
    contextBridge: {
      exposeInMainWorld: (key: string, api: unknown) => {
        if (Object.hasOwn(world, key)) throw new Error('Cannot bind an API on top of an existing property')
        Object.defineProperty(world, key, { value: freeze(cross(api)), enumerable: true })
      },
    },
    webUtils: {
      // A browser tells no paths: a test names them by file name.
      getPathForFile: (file: { name: string }) => {
        const known = (world as { electronDoublePaths?: Record<string, string> }).electronDoublePaths
        return known?.[file.name] ?? ''
      },
    },
  }
  return (name) => {
    if (name === 'electron' || name === 'electron/renderer') return electron
    // A sandboxed preload can require little else, and ours needs nothing else.
    throw new Error(`module not found: ${name}`)
  }
}
