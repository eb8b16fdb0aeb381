import type { Source } from '../../../shared/contract/sources.ts'
import type { TelegramSettings } from '../../../shared/contract/telegram.ts'
import type { NewSessionMethod } from '../../app/dialogs.ts'
import { isBuiltIn, type Placement, VAULT } from '../../lib/destination.ts'
import { safeText } from '../../lib/safe-text.ts'
import type { BotsRequest } from './bots-run.ts'

/** What was chosen and typed, without any secret. */
export interface NewSessionForm {
  method: NewSessionMethod
  phone: string
  placement: Placement
  /** The data centre that is asked first. */
  dcId: number
  /** Null for what the settings say. */
  test: boolean | null
}

/** The one that most new accounts are asked to begin with; Telegram says when it is another. */
const FIRST_DC = 2

export function newSessionForm(method: NewSessionMethod): NewSessionForm {
  return { method, phone: '', placement: { destination: VAULT, target: null }, dcId: FIRST_DC, test: null }
}

/** Digits as they are sent; null while they can be no phone number. */
export function phoneOf(text: string): string | null {
  const digits = text.replaceAll(/\D/g, '')
  return digits.length >= 7 && digits.length <= 15 ? `+${digits}` : null
}

/** What is wrong with a phone number, a whole sentence; null for nothing, or while it is short and still `typed`. */
export function phoneProblem(text: string, typed = true): string | null {
  if (/[^\d\s()+.\-/]/.test(text)) return 'A phone number has digits alone.'
  const digits = text.replaceAll(/\D/g, '').length
  if (digits > 15) return 'A phone number has at most 15 digits.'
  return !typed && text.trim() !== '' && digits < 7 ? 'A phone number has at least 7 digits.' : null
}

/** Everything about the place is chosen. */
export function isPlaced({ destination, target }: Placement): boolean {
  if (isBuiltIn(destination)) return true
  return target !== null && (destination.kind !== 'folder' || destination.path.trim() !== '')
}

/** The part of the call that all three ways share. */
export function requestOf({ placement, dcId, test }: NewSessionForm, settings: TelegramSettings | null): BotsRequest {
  const { destination, target } = placement
  return {
    destination: destination.kind === 'folder' ? { kind: 'folder', path: destination.path.trim() } : destination,
    target: isBuiltIn(destination) ? null : target,
    values: {},
    dcId,
    test: test ?? settings?.testNetwork === true,
  }
}

/** Data centres that can be asked: the test network has three. */
export function dcChoices(test: boolean): { value: string; label: string }[] {
  return (test ? [1, 2, 3] : [1, 2, 3, 4, 5]).map((id) => ({ value: String(id), label: `DC ${id}` }))
}

/** "DC 2, directly": who is contacted and how. A new login goes the way of the source that it is for. */
export function contactedBy(
  { placement: { destination }, dcId, test }: NewSessionForm,
  settings: TelegramSettings,
): string {
  const own = destination.kind === 'source' ? settings.sourceProxies[destination.sourceId] : undefined
  const proxyId = own === undefined ? settings.proxyId : own
  const proxy = settings.proxies.find(({ id }) => id === proxyId)
  const place = (test ?? settings.testNetwork) ? `DC ${dcId} of the test network` : `DC ${dcId}`
  return `${place}, ${proxy === undefined ? 'directly' : `through ${safeText(proxy.name, 60)}`}`
}

/** "Vault, sealed on this machine", "“shared bots”": where a made login lies. */
export function placeWords(placement: Placement, sources: readonly Source[]): string {
  const { destination } = placement
  if (destination.kind === 'folder') return safeText(destination.path, 200)
  if (destination.sourceId === 'vault') return 'the vault'
  if (destination.sourceId === 'memory') return 'memory, until you quit'
  const source = sources.find(({ id }) => id === destination.sourceId)
  return source === undefined ? 'its source' : `“${safeText(source.name, 60)}”`
}
