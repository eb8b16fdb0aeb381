import type { Source } from '../../../shared/contract/sources.ts'
import type { SavedLogin } from '../../../shared/contract/telegram.ts'
import type { Placement } from '../../lib/destination.ts'
import { safeText } from '../../lib/safe-text.ts'
import { placeWords } from './new-session-form.ts'

/** "@shop_bot", else the name, else the id. */
export function accountName({ account: { username, name, id } }: SavedLogin): string {
  if (username !== null && username !== '') return `@${safeText(username, 64)}`
  return name.trim() === '' ? id : safeText(name, 80)
}

/** Where it lies: a path, "the vault"; null where it is not where it was wanted, and `elsewhere` says where. */
export function keptIn(saved: SavedLogin, placement: Placement, sources: readonly Source[]): string | null {
  if (saved.elsewhere !== null) return null
  return saved.path === null ? placeWords(placement, sources) : safeText(saved.path, 300)
}
