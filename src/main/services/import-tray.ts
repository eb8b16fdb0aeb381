import type { ImportItem } from '../../shared/contract/imports.ts'
import { AppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import type { Decoded } from '../formats/format.ts'
import type { Clock } from '../ports.ts'
import type { SessionStore, SessionSummary } from '../sources/session-store.ts'

/** How long staged sessions stay in memory. */
const TICKET_LIFETIME_MS = 15 * 60_000

/** Where the session of an item is: in memory (pasted), or still where it was found, to be opened on commit. */
type StagedContent =
  | { readonly kind: 'text'; readonly text: Secret; readonly decoded: Decoded | null }
  /** A whole file that was pasted. */
  | { readonly kind: 'bytes'; readonly bytes: Secret; readonly decoded: Decoded }
  | {
      readonly kind: 'stored'
      readonly store: SessionStore
      readonly key: string
      readonly path: string
      readonly isFolder: boolean
      /** How many sessions the file or folder holds: it can be copied as it is when all of them are wanted. */
      readonly sessionCount: number
      /** What follows the key of the place in the session's own: '' or '#' and which one. */
      readonly inner: string
    }

/** A file or folder that a passcode would open. */
export interface LockedPlace {
  /** The file or folder that was handed over, and the key of the place in it. */
  readonly root: string
  readonly fileKey: string
  readonly formatId: string
}

export interface StagedItem {
  readonly id: string
  readonly origin: string
  readonly detections: ImportItem['detections']
  readonly formatId: string | null
  readonly corrections: readonly string[]
  readonly summary: SessionSummary | null
  readonly error: ImportItem['error']
  /** Null when nothing could be read. */
  readonly content: StagedContent | null
  /** Where to try a passcode: absent for what is not locked. */
  readonly locked?: LockedPlace
}

/** Sessions between paste or drop and the decision what becomes of them. In memory only. */
export interface ImportTray {
  /** `dispose` removes what the items need on disk. */
  stage(items: readonly StagedItem[], dispose: () => void): string
  /** @throws AppError request.expired */
  items(ticket: string): readonly StagedItem[]
  /** @throws AppError request.expired, request.invalid */
  item(ticket: string, itemId: string): StagedItem
  replace(ticket: string, item: StagedItem): void
  /** Puts the sessions of a place that was opened where its locked item was. @throws AppError request.expired */
  expand(ticket: string, itemId: string, items: readonly StagedItem[]): void
  /** An item became a session: forgets it, and the ticket with its last one. */
  done(ticket: string, itemId: string): void
  discard(ticket: string): boolean
  /** Forgets everything: on lock and on quit. */
  clear(): void
}

interface Ticket {
  items: Map<string, StagedItem>
  readonly expiresAtMs: number
  readonly timer: NodeJS.Timeout
  readonly dispose: () => void
}

export function createImportTray(clock: Clock): ImportTray {
  const tickets = new Map<string, Ticket>()

  function discard(id: string): boolean {
    const ticket = tickets.get(id)
    if (!ticket) return false
    tickets.delete(id)
    clearTimeout(ticket.timer)
    ticket.items.clear()
    ticket.dispose()
    return true
  }
  function ticketOf(id: string): Ticket {
    const ticket = tickets.get(id)
    if (ticket && ticket.expiresAtMs > clock.now()) return ticket
    discard(id)
    throw new AppError('request.expired', {})
  }

  return {
    stage: (items, dispose) => {
      const id = crypto.randomUUID()
      tickets.set(id, {
        items: new Map(items.map((item) => [item.id, item])),
        expiresAtMs: clock.now() + TICKET_LIFETIME_MS,
        timer: setTimeout(() => discard(id), TICKET_LIFETIME_MS).unref(),
        dispose,
      })
      return id
    },
    items: (id) => [...ticketOf(id).items.values()],
    item: (id, itemId) => {
      const item = ticketOf(id).items.get(itemId)
      if (!item) throw new AppError('request.invalid', { field: 'itemId', reason: 'there is no such item' })
      return item
    },
    replace: (id, item) => void ticketOf(id).items.set(item.id, item),
    expand: (id, itemId, items) => {
      const ticket = ticketOf(id)
      const all = [...ticket.items.values()].flatMap((item) => (item.id === itemId ? items : [item]))
      ticket.items = new Map(all.map((item) => [item.id, item]))
    },
    done: (id, itemId) => {
      const items = tickets.get(id)?.items
      items?.delete(itemId)
      if (items?.size === 0) discard(id)
    },
    discard,
    clear: () => {
      for (const id of tickets.keys()) discard(id)
    },
  }
}
