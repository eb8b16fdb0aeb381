// Runs in the page after `codec.ts` and `preload-env.ts`, its imports and types stripped: the transport of the
// preload's `ipcRenderer` to the double, over one WebSocket.
import { decode, encode } from './codec.ts'
import { makePreloadRequire } from './preload-env.ts'

declare const window: object
declare const location: { readonly hash: string; readonly host: string; readonly pathname: string }
declare const history: { replaceState(data: null, title: string, url: string): void }

/** The part of the page's MessagePort that is used here. */
interface PagePort {
  postMessage(data: unknown): void
  close(): void
  onmessage: (event: { data: unknown }) => void
  addEventListener(name: 'close', listener: () => void): void
}

/** A message of the double, in either direction. */
export interface Frame {
  readonly id?: number
  readonly ok?: boolean
  readonly value?: unknown
  readonly channel?: string
  readonly args?: unknown[]
  readonly ports?: number[]
  readonly port?: number
  readonly data?: unknown
  readonly close?: boolean
}

export function pageRequire(): (name: string) => unknown {
  // Kept for a reload, as the window of a real shell would simply load again.
  const token = /double=([\w-]+)/.exec(location.hash)?.[1] ?? sessionStorage.getItem('electron-double') ?? ''
  sessionStorage.setItem('electron-double', token)
  history.replaceState(null, '', location.pathname)
  const socket = new WebSocket(`ws://${location.host}/`, ['double', token])
  const early: string[] = []
  socket.onopen = () => {
    for (const text of early.splice(0)) socket.send(text)
  }
  const send = (frame: Frame): void => {
    const text = encode(frame)
    if (socket.readyState === WebSocket.OPEN) socket.send(text)
    else early.push(text)
  }
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  const ports = new Map<number, PagePort>()
  let lastId = 0
  let deliver: (channel: string, args: unknown[]) => void = () => {}
  socket.onmessage = (event) => {
    const frame = decode(String(event.data)) as Frame
    if (frame.port !== undefined) {
      const port = ports.get(frame.port)
      if (frame.close) port?.close()
      else port?.postMessage(frame.data)
      return
    }
    if (frame.id === undefined) return deliver(frame.channel ?? '', frame.args ?? [])
    const call = waiting.get(frame.id)
    waiting.delete(frame.id)
    if (frame.ok) call?.resolve(frame.value)
    else call?.reject(new Error(String(frame.value)))
  }
  socket.onclose = () => {
    for (const port of ports.values()) port.close()
  }
  const tunnel = (port: PagePort): number => {
    const id = ++lastId
    ports.set(id, port)
    port.onmessage = (event) => send({ port: id, data: event.data })
    port.addEventListener('close', () => send({ port: id, close: true }))
    return id
  }
  return makePreloadRequire(
    window,
    {
      invoke: (channel, args) =>
        new Promise((resolve, reject) => {
          const id = ++lastId
          waiting.set(id, { resolve, reject })
          send({ id, channel, args })
        }),
      send: (channel, args) => send({ channel, args }),
      postMessage: (channel, message, list) =>
        send({ channel, args: [message], ports: (list as PagePort[]).map(tunnel) }),
      onMessage: (listener) => {
        deliver = listener
      },
    },
    structuredClone,
  )
}
