import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MEMORY_ID, VAULT_ID } from '../src/main/sources/interfaces.ts'
import type { WriteTarget } from '../src/main/sources/session-store.ts'
import { openTestLibrary } from './support/app/open-test-library.ts'
import { sessionStorageSuite } from './suites/session-storage.ts'

const target: WriteTarget = {
  formatId: 'telethon.sqlite',
  options: { variant: '7', options: new Map(), nowSeconds: 0 },
}

for (const [name, sourceId] of [
  ['memory', MEMORY_ID],
  ['the vault', VAULT_ID],
] as const) {
  sessionStorageSuite(name, async () => {
    const { library, logged, close } = await openTestLibrary()
    return { storage: library.storage(sourceId), target, logged, close }
  })
}

sessionStorageSuite('a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bots-'))
  const both = await Promise.all([openTestLibrary(), openTestLibrary()])
  const [storage, elsewhere] = await Promise.all(
    both.map(async ({ library }) => {
      const { id } = await library.add(folder, null)
      await library.idle()
      return library.storage(id)
    }),
  )
  if (!storage || !elsewhere) throw new Error('not opened')
  return {
    storage,
    elsewhere,
    target,
    logged: both[0].logged,
    close: async () => {
      for (const one of both) await one.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
})
