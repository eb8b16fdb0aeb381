import type { Source } from '../../../shared/contract/sources.ts'
import type { TelegramSettings } from '../../../shared/contract/telegram.ts'
import { safeText } from '../../lib/safe-text.ts'

const DIRECT = 'direct'

/** The ways out there are, as choices. */
export function wayOutChoices({ proxies }: TelegramSettings): { value: string; label: string }[] {
  return [
    { value: DIRECT, label: 'Directly' },
    ...proxies.map(({ id, name }) => ({ value: id, label: `Through ${safeText(name, 60)}` })),
  ]
}

export function wayOutValue(proxyId: string | null): string {
  return proxyId ?? DIRECT
}

export function proxyIdOf(value: string | null): string | null {
  return value === null || value === DIRECT ? null : value
}

/** Sources with a way out of their own, as far as they still are in the list. */
export function ownWays(
  { sourceProxies }: TelegramSettings,
  sources: readonly Source[],
): readonly { source: Source; proxyId: string | null }[] {
  return sources.flatMap((source) => {
    const proxyId = sourceProxies[source.id]
    return proxyId === undefined ? [] : [{ source, proxyId }]
  })
}

/** What goes through a proxy: as long as something does, it stays. */
export function usersOf(proxyId: string, settings: TelegramSettings, sources: readonly Source[]): readonly string[] {
  const own = ownWays(settings, sources).filter((way) => way.proxyId === proxyId)
  return [
    ...(settings.proxyId === proxyId ? ['all sources'] : []),
    ...own.map(({ source }) => safeText(source.name, 60)),
  ]
}
