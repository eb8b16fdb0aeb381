import { readFile } from 'node:fs/promises'
import { MessageChannel } from 'node:worker_threads'
import vm from 'node:vm'
import { type LocalPort, localWire } from './message-port.ts'
import { makePreloadRequire } from './preload-env.ts'
import { originOf } from './state.ts'
import type { WebContents } from './web-contents.ts'

/**
 * Runs the preload in a context that has what a sandboxed preload has. The page's world is a bare object: it holds
 * what the preload exposed, and `postMessage` by which a page hands over its port.
 */
export async function runPreload(contents: WebContents, file: string | null): Promise<void> {
  const bus = new EventTarget()
  const context = vm.createContext({
    console,
    setTimeout,
    clearTimeout,
    queueMicrotask,
    URL,
    TextEncoder,
    TextDecoder,
    structuredClone,
    MessageChannel,
    location: new URL(contents.url),
    addEventListener: bus.addEventListener.bind(bus),
    removeEventListener: bus.removeEventListener.bind(bus),
  }) as Record<string, unknown>
  Object.assign(context, { window: context, self: context })
  // Inside, `window` is the context's own global object, not the one it was made from.
  const window = vm.runInContext('window', context) as object
  const world: Record<string, unknown> = {}
  contents.world = world
  Object.defineProperty(world, 'postMessage', {
    // Not enumerable: a real page has it as well, and it is nothing the preload exposed.
    value: (data: unknown, _origin: string, ports: readonly unknown[] = [], source: unknown = window) =>
      queueMicrotask(() => {
        const event = new Event('message')
        Object.assign(event, { data: structuredClone(data), ports, origin: originOf(contents.url), source })
        bus.dispatchEvent(event)
      }),
  })
  if (file === null) return
  const require = makePreloadRequire(
    world,
    {
      invoke: (channel, args) => contents.invoke(channel, structuredClone(args)),
      send: (channel, args) => contents.receive(channel, structuredClone(args)),
      postMessage: (channel, message, ports) =>
        contents.receive(channel, [structuredClone(message)], (ports as LocalPort[]).map(localWire)),
      onMessage: (listener) => {
        contents.deliver = listener
      },
    },
    structuredClone,
  )
  const source = `(function (require, exports, module) {${await readFile(file, 'utf8')}\n})`
  const run = vm.runInContext(source, context, { filename: file }) as (...args: unknown[]) => void
  run(require, {}, { exports: {} })
}
