import type { Page } from '@playwright/test'
import { needlesOf } from './secret-needles.ts'

const LOOK_EVERY_MS = 400
/** What is pasted, and what a login asks for, goes inward: the text crosses once. */
const INWARD_CALLS = ['stageText', 'imports/stage', 'parseStoreAddress', 'logInBots', 'answerLogin']

/** Watches a page for what no story may show: secrets where none belong, errors in the console, policy violations. */
export interface Watchers {
  prepare(page: Page): Promise<void>
  /** Keys that must not be seen from here on. */
  guard(keys: readonly Uint8Array[]): void
  /** A text that must not be seen from here on: a string session, a passphrase. */
  guardText(text: string): void
  allowSecrets<T>(run: () => Promise<T>): Promise<T>
  allowConsole(pattern: RegExp): void
  /** A last look, then @throws Error that lists what was seen. */
  finish(page: Page): Promise<void>
}

export function createWatchers(): Watchers {
  const seen = new Set<string>()
  const needles = new Set<string>()
  const allowed: RegExp[] = []
  let blocks = 0
  const closers: (() => void)[] = []

  function look(place: string, text: string): void {
    if (blocks > 0) return
    for (const needle of needles) if (text.includes(needle)) seen.add(`a secret in ${place}`)
  }
  function complain(text: string): void {
    if (!allowed.some((pattern) => pattern.test(text))) seen.add(text)
  }
  async function lookAtPage(page: Page): Promise<void> {
    if (blocks > 0 || needles.size === 0 || page.isClosed()) return
    const before = blocks
    const text = await page.evaluate<string>(SHOWN_TEXT).catch(() => '')
    if (before === blocks) look('the page', text)
  }

  return {
    prepare: async (page) => {
      page.on('console', (message) => {
        look('the console', message.text())
        if (message.type() === 'error') complain(`console: ${message.text()}`)
      })
      page.on('pageerror', (error) => complain(`page error: ${error.message}`))
      page.on('websocket', (socket) => {
        const read = (payload: string | Buffer): string =>
          typeof payload === 'string' ? payload : payload.toString('latin1')
        socket.on('framereceived', ({ payload }) => look('a frame to the window', read(payload)))
        socket.on('framesent', ({ payload }) => {
          const text = read(payload)
          if (!INWARD_CALLS.some((call) => text.includes(call))) look('a frame from the window', text)
        })
      })
      // A violation does not always reach the console.
      await page.addInitScript(
        "addEventListener('securitypolicyviolation', (event) => console.error('policy violation: ' + event.violatedDirective + ' ' + event.blockedURI))",
      )
      const timer = setInterval(() => void lookAtPage(page), LOOK_EVERY_MS)
      const stop = (): void => clearInterval(timer)
      closers.push(stop)
      page.on('close', stop)
    },
    guard: (keys) => {
      for (const key of keys) for (const needle of needlesOf(key)) needles.add(needle)
    },
    guardText: (text) => void needles.add(text),
    allowSecrets: async (run) => {
      blocks += 1
      try {
        return await run()
      } finally {
        blocks -= 1
      }
    },
    allowConsole: (pattern) => void allowed.push(pattern),
    finish: async (page) => {
      await lookAtPage(page)
      for (const close of closers) close()
      if (seen.size > 0) throw new Error(`the story showed what it must not:\n- ${[...seen].join('\n- ')}`)
    },
  }
}

/** Everything a person or a script of the page could read, form fields and attributes included. */
const SHOWN_TEXT = `document.documentElement.outerHTML + '\\n' + document.body.innerText + '\\n' +
  [...document.querySelectorAll('input, textarea')].map((field) => field.value).join('\\n')`
