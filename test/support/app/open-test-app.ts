import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient, type RouterClient } from '@orpc/server'
import { type App, type AppParts, createApp } from '../../../src/main/app.ts'
import type { Clipboard, Ports, Transfers } from '../../../src/main/ports.ts'
import { startNodeProcess } from '../../../src/main/shell/node-process.ts'

const fixtures = join(import.meta.dirname, '../../../fixtures')

export interface TestApp {
  readonly app: App
  readonly client: RouterClient<App['router'], Record<never, never>>
  /** Temporary folder: `home` and whatever the test puts there. */
  readonly root: string
  readonly logged: unknown[]
  readonly uploads: Map<string, { name: string; bytes: Uint8Array }>
  readonly downloads: { name: string; bytes: Uint8Array }[]
  readonly clipboard: Clipboard & { text: string }
  /** Content protection as it was set, in order. */
  readonly protections: boolean[]
  /** Copies fixture files into `root/folder` and answers its path. */
  place(folder: string, ...files: string[]): string
  /** Adds a folder as a source and waits until it is scanned. */
  addSource(path: string): Promise<string>
  close(): Promise<void>
}

/** The whole program over a fresh data folder, called in process, with everything outside it held in memory. */
export async function openTestApp(change: Partial<Ports> = {}, parts: AppParts = {}): Promise<TestApp> {
  const root = mkdtempSync(join(tmpdir(), 'services-test-'))
  const paths = { data: join(root, 'data'), scratch: join(root, 'scratch'), home: root, code: join(root, 'none') }
  for (const folder of [paths.data, paths.scratch]) mkdirSync(folder, { mode: 0o700 })
  const logged: unknown[] = []
  const log = (message: string, details?: unknown): void => void logged.push({ message, details })
  const uploads: TestApp['uploads'] = new Map()
  const downloads: { name: string; bytes: Uint8Array }[] = []
  const protections: boolean[] = []
  const clipboard = {
    text: '',
    write: async (text: string) => void (clipboard.text = text),
    read: async () => clipboard.text,
    clear: () => void (clipboard.text = ''),
  }
  const transfers: Transfers = {
    take: (id) => {
      const upload = uploads.get(id) ?? null
      uploads.delete(id)
      return upload
    },
    offer: (name, bytes) => `/transfer/${downloads.push({ name, bytes })}`,
  }
  const ports: Ports = {
    shell: 'headless',
    version: '0.0.0',
    demo: false,
    paths,
    clock: { now: () => Date.now() },
    randomBytes: (byteLength) => new Uint8Array(randomBytes(byteLength)),
    keychain: null,
    fileGate: null,
    clipboard,
    setContentProtection: (on) => void protections.push(on),
    showInFolder: null,
    transfers,
    startProcess: startNodeProcess,
    log: { info: log, warn: log, error: log },
    ...change,
  }
  const app = await createApp(ports, parts)
  const client = createRouterClient(app.router, { context: {} })
  return {
    app,
    client,
    root,
    logged,
    uploads,
    downloads,
    clipboard,
    protections,
    place: (folder, ...files) => {
      for (const file of files) {
        const name = file.split('/').at(-1) ?? file
        mkdirSync(join(root, folder), { recursive: true })
        cpSync(join(fixtures, file), join(root, folder, name))
      }
      return join(root, folder)
    },
    addSource: async (path) => {
      const { id } = await client.sources.add({ path })
      await waitFor(async () => (await client.sources.list()).find((one) => one.id === id)?.state !== 'scanning')
      return id
    },
    close: async () => {
      await app.close()
      if (existsSync(root)) rmSync(root, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

export async function waitFor(ready: () => Promise<boolean>): Promise<void> {
  while (!(await ready())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** Everything a query can match. */
export const everything = {
  view: { kind: 'all' },
  filters: {},
  sort: { column: 'name', direction: 'asc' },
  offset: 0,
  limit: 500,
} as const

export async function collected<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = []
  for await (const value of stream) values.push(value)
  return values
}
