import type { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** What the parts of the double share, and what a test may look at and steer. One program a process, as with Electron. */
export const state = {
  isReady: false,
  isEntryEvaluated: false,
  readyWaiters: 0,
  /** False: another instance holds the lock. */
  isPrimaryInstance: process.env['ELECTRON_DOUBLE_SECOND'] !== '1',
  /** The secret service behind safeStorage. */
  keyring: (process.env['ELECTRON_DOUBLE_KEYRING'] ?? 'gnome_libsecret') as Keyring,
  /** Answers for the dialogs to come, first one first; without any, a dialog is closed. */
  dialogAnswers: [] as unknown[],
  dialogs: [] as { readonly kind: string; readonly options: unknown }[],
  /** What was given to the system: links, paths. */
  opened: [] as string[],
  displays: [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
}

export type Keyring = 'gnome_libsecret' | 'kwallet6' | 'basic_text' | 'unknown' | 'none'

/** Serving: a real browser shows the window. Otherwise the preload runs in a bare context and no page is shown. */
export const isServing = process.env['ELECTRON_DOUBLE'] === 'serve'
export const staysAlive = process.env['ELECTRON_DOUBLE_STAYS'] === '1'

interface Manifest {
  readonly name: string
  readonly productName?: string
  readonly version: string
  readonly main: string
}

export function appRoot(): string {
  return resolve(process.env['ELECTRON_DOUBLE_ROOT'] ?? '.')
}

export function manifest(folder = appRoot()): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

export function needReady(what: string): void {
  if (!state.isReady) throw new Error(`${what} cannot be used before the app is ready`)
}

export function needNotReady(what: string): void {
  if (state.isReady) throw new Error(`${what} must be called before the app is ready`)
}

/** Emits an event that listeners may prevent. True when one did. */
export function isPrevented(emitter: EventEmitter, name: string, details: object = {}, ...rest: unknown[]): boolean {
  let prevented = false
  const event = {
    ...details,
    preventDefault: () => {
      prevented = true
    },
    get defaultPrevented() {
      return prevented
    },
  }
  emitter.emit(name, event, ...rest)
  return prevented
}

/** As the browser sees it; Node gives custom schemes the origin 'null'. */
export function originOf(url: string): string {
  const { origin, protocol, host } = new URL(url)
  return origin === 'null' ? `${protocol}//${host}` : origin
}
