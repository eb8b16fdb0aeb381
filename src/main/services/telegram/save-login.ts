import type { SavedLogin } from '../../../shared/contract/telegram.ts'
import { quoted } from '../../../shared/error-texts.ts'
import { AppError } from '../../domain/errors.ts'
import type { LoginAccount } from '../../domain/login.ts'
import { keyIdOf } from '../../domain/key-id.ts'
import { emptySession, type Session } from '../../domain/session.ts'
import { deckSqlite } from '../../formats/deck/sqlite.ts'
import { MEMORY_ID, VAULT_ID } from '../../sources/interfaces.ts'
import type { NewLogin } from '../../telegram/gateway.ts'
import type { Core } from '../core.ts'
import { fillFrom } from '../fill-values.ts'
import { type AnyTarget, anyTargetOf, assertFitsStore, fileTarget } from '../formats-lookup.ts'
import {
  type Destination,
  type Ground,
  groundOf,
  type Landed,
  landInFolder,
  landInSource,
  landInStore,
} from '../import-destination.ts'
import { itemError } from '../item-error.ts'
import { ensureSealing } from '../protected.ts'
import { absolutePath } from '../sources.ts'

/** Where a new login is wanted. */
export interface WantedPlace {
  readonly destination: Destination
  readonly target: { readonly formatId: string; readonly variant: string } | null
  readonly values: Readonly<Record<string, string>>
}

/** Takes in a login that was just made; it is never lost: what its place refuses goes into the vault, else memory. */
export type SaveLogin = (login: NewLogin, apiId: number) => Promise<SavedLogin>

/**
 * What can be refused before a login is made.
 * @throws AppError protection.required, request.invalid, source.not-found, source.read-only, format.not-writable
 */
export async function prepareSaving(core: Core, wanted: WantedPlace): Promise<SaveLogin> {
  const { library, ports } = core
  const destination: Destination =
    wanted.destination.kind === 'folder'
      ? { ...wanted.destination, path: absolutePath(wanted.destination.path, ports.paths.home) }
      : wanted.destination
  const ground = groundOf(library, destination)
  // Memory is asked for by those who want nothing kept. All others can fall back on the vault.
  if (!(ground.kind === 'own' && ground.sourceId === MEMORY_ID)) await ensureSealing(library.protection)
  const target = targetFor(core, ground, wanted.target)
  return async (login, apiId) => {
    const session = sessionOf(login, apiId)
    const name = nameFor(login.account)
    const landed = await land(core, ground, target, name, session, wanted.values)
    library.audit.add({
      action: 'logged-in',
      text: `Signed in as ${accountWords(login.account)} at Telegram`,
      ref: landed.ref,
      keyId: keyIdOf(login.authKey),
    })
    const { id, isBot, username, phone, name: accountName } = login.account
    return {
      ref: landed.ref,
      path: landed.path,
      account: { id: String(id), isBot, username, phone, name: accountName },
      elsewhere: landed.elsewhere,
    }
  }
}

function targetFor({ library }: Core, ground: Ground, wanted: WantedPlace['target']): AnyTarget | null {
  if (ground.kind === 'own') return null
  if (wanted === null) throw new AppError('request.invalid', { field: 'target', reason: 'a format is needed here' })
  const target = anyTargetOf(wanted)
  if (ground.kind === 'folder') fileTarget(target)
  else {
    const kind = library.sources().find(({ id }) => id === ground.sourceId)?.store?.location.kind
    if (kind) assertFitsStore(target.format, kind)
  }
  return target
}

async function land(
  core: Core,
  ground: Ground,
  target: AnyTarget | null,
  name: string,
  session: Session,
  values: WantedPlace['values'],
): Promise<Landed & { readonly elsewhere: string | null }> {
  const { library, ports } = core
  try {
    return { ...(await landWhereWanted()), elsewhere: null }
  } catch (error) {
    const { message } = itemError(error, ports.log)
    const fallback = library.protection.state().state === 'none' ? MEMORY_ID : VAULT_ID
    const where = fallback === VAULT_ID ? 'in the vault' : 'in memory, until Session Deck is closed'
    return { ...(await landInOwn(fallback)), elsewhere: `It is ${where}: ${message}` }
  }

  function landWhereWanted(): Promise<Landed> {
    if (ground.kind === 'own' || target === null) {
      return landInOwn(ground.kind === 'own' ? ground.sourceId : VAULT_ID)
    }
    const filled = fillFrom(session, target, values)
    const encode = { options: filled.options, nowSeconds: nowSeconds() }
    return ground.kind === 'store'
      ? landInStore(library, ground.sourceId, name, filled, target, encode, false)
      : landInFolder(library, ground.path, name, filled, fileTarget(target), encode)
  }
  function landInOwn(sourceId: string): Promise<Landed> {
    const info = {
      formatId: deckSqlite.id,
      library: deckSqlite.library,
      variant: deckSqlite.defaultVariant,
      formatVersion: null,
    }
    return landInSource(library, sourceId, name, { session, info }, nowSeconds())
  }
  function nowSeconds(): number {
    return Math.floor(ports.clock.now() / 1000)
  }
}

function sessionOf({ endpoint, authKey, account }: NewLogin, apiId: number): Session {
  return {
    ...emptySession(),
    dataCenters: [{ id: endpoint.id, address: endpoint.host, port: endpoint.port, authKey, home: true }],
    test: endpoint.test,
    account: { id: account.id, isBot: account.isBot, username: account.username, phone: account.phone },
    apiId,
  }
}

/** The name of its file or entry. */
function nameFor({ username, id, isBot }: LoginAccount): string {
  return username ?? `${isBot ? 'bot' : 'account'}-${id}`
}

function accountWords({ username, name, id }: LoginAccount): string {
  return username ? `@${username} (id ${id})` : `${quoted(name)} (id ${id})`
}
