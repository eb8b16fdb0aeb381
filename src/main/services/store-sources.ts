import type { StoreTest as StoreTestView } from '../../shared/contract/sources.ts'
import { quoted } from '../../shared/error-texts.ts'
import { libraryLabel } from '../domain/libraries.ts'
import { Secret } from '../domain/secret.ts'
import { findAnyFormat } from '../formats/stores.ts'
import type { StoreTest } from '../sources/interfaces.ts'
import { parseStoreAddress } from '../sources/store-location.ts'
import { storeAddress } from '../sources/store-place.ts'
import type { Core } from './core.ts'
import type { Implementer } from './implementer.ts'
import { sourceOf, storeLocationOf } from './present.ts'
import { ensureSealing } from './protected.ts'

/** The calls of the sources area that have to do with shared stores. */
export function storeSourcesService(os: Implementer['sources'], { library, ports, passwords }: Core) {
  const { home } = ports.paths

  return {
    parseStoreAddress: os.parseStoreAddress.handler(async ({ input }) => {
      const { location, password, ignored } = parseStoreAddress(input.text)
      const ticket = password && passwords.keep(password)
      return { location: storeLocationOf(location), hasPassword: ticket !== null, ticket, ignored: [...ignored] }
    }),
    testStore: os.testStore.handler(async ({ input, signal }) => {
      const stopped = signal ?? new AbortController().signal
      const result = await library.testStore(input.location, secretOf(input) ?? null, input.sourceId ?? null, stopped)
      return testView(result)
    }),
    addStore: os.addStore.handler(async ({ input }) => {
      const password = secretOf(input) ?? null
      if (password) await ensureSealing(library.protection)
      const name = input.name?.trim() || null
      const source = await library.addStore({ location: input.location, password, name })
      note('source-added', `Added the source ${quoted(source.name)} at ${quoted(storeAddress(input.location))}`)
      return sourceOf(source, home)
    }),
    updateStore: os.updateStore.handler(async ({ input }) => {
      const password = input.password === null ? null : secretOf(input)
      if (password) await ensureSealing(library.protection)
      const source = await library.updateStore(input.sourceId, {
        ...(input.location && { location: input.location }),
        ...(password !== undefined && { password }),
      })
      const where = source.store ? ` at ${quoted(storeAddress(source.store.location))}` : ''
      note('source-changed', `Changed how the source ${quoted(source.name)} is reached${where}`)
      return sourceOf(source, home)
    }),
    allowWriting: os.allowWriting.handler(async ({ input }) => {
      const source = library.allowWriting(input.sourceId, input.allow)
      const what = input.allow ? 'Allowed writing to' : 'Made read only again:'
      note(input.allow ? 'writing-allowed' : 'writing-ended', `${what} the source ${quoted(source.name)}`)
      return sourceOf(source, home)
    }),
  }

  /** Undefined when none was given. @throws AppError request.expired */
  function secretOf({ password, ticket }: { password?: string | null | undefined; ticket?: string | undefined }) {
    if (password) return Secret.fromText(password)
    return ticket === undefined ? undefined : passwords.take(ticket)
  }

  function note(action: string, text: string): void {
    library.audit.add({ action, text, ref: null, keyId: null })
  }
}

function testView({ server, found }: StoreTest): StoreTestView {
  return {
    server,
    found: found.map(({ formatId, prefix, sessions }) => ({
      formatId,
      label: findAnyFormat(formatId)?.label ?? formatId,
      prefix,
      sessions,
    })),
    text: `${server}, ${foundText(found)}`,
  }
}

/** "312 Telethon sessions under 3 prefixes and 1 Pyrogram session" */
function foundText(found: StoreTest['found']): string {
  const byLibrary = new Map<string, { sessions: number; prefixes: Set<string> }>()
  for (const { formatId, prefix, sessions } of found) {
    const library = findAnyFormat(formatId)?.library ?? formatId
    const sum = byLibrary.get(library) ?? { sessions: 0, prefixes: new Set() }
    sum.sessions += sessions
    if (prefix !== '') sum.prefixes.add(prefix)
    byLibrary.set(library, sum)
  }
  const parts = [...byLibrary].map(([library, { sessions, prefixes }]) => {
    const count = `${sessions.toLocaleString('en')} ${libraryLabel(library)} ${sessions === 1 ? 'session' : 'sessions'}`
    return prefixes.size > 1 ? `${count} under ${prefixes.size} prefixes` : count
  })
  if (parts.length === 0) return 'no sessions'
  const last = parts.pop() ?? ''
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`
}
