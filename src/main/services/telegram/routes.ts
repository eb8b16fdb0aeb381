import { AppError } from '../../domain/errors.ts'
import { Secret } from '../../domain/secret.ts'
import { telegramAddress, telegramDcIds } from '../../telegram/addresses.ts'
import type { Endpoint, WayOut } from '../../telegram/gateway.ts'
import type { Core } from '../core.ts'
import { type KeptProxy, type KeptSettings, readKept } from './kept-settings.ts'
import type { TelegramRoutes } from './telegram-core.ts'
import { createOpenedSecrets, type OpenedSecrets } from './opened-secrets.ts'

/**
 * Addresses, names and ways out as the settings say at the moment of asking. The address that a file holds is never
 * used: it may be stale, and a crafted one could send a key anywhere.
 */
export function createRoutes(library: Core['library']): TelegramRoutes {
  const kept = (): KeptSettings => readKept(library.settings)
  const secrets = createOpenedSecrets(library.protection)

  function endpoint(dcId: number, test: boolean): Endpoint | null {
    const { dcOverrides } = kept()
    // With a server of their own, nobody wants the rest to go to Telegram's.
    if (dcOverrides.length === 0) return telegramAddress(dcId, test)
    const override = dcOverrides.find((one) => one.dcId === dcId)
    return override ? { id: dcId, host: override.host, port: override.port, test } : null
  }

  return {
    app: (storedApiId = null) => {
      const { apiId, apiHash, moreApps } = kept()
      const own = moreApps.find((app) => app.apiId === storedApiId)
      if (own) return { apiId: own.apiId, apiHash: secrets.open(own.apiHash) }
      if (apiId === null || apiHash === null) throw new AppError('telegram.no-app', {})
      return { apiId, apiHash: secrets.open(apiHash) }
    },
    wayOut: (sourceId) => wayOutOf(secrets, kept(), sourceId),
    wayOutName: (sourceId) => proxyFor(kept(), sourceId)?.name ?? 'direct',
    endpoint,
    endpoints: (test) => {
      const { dcOverrides } = kept()
      const ids = dcOverrides.length === 0 ? telegramDcIds(test) : dcOverrides.map(({ dcId }) => dcId)
      return new Map(
        ids.flatMap((id) => {
          const found = endpoint(id, test)
          return found ? [[id, found] as const] : []
        }),
      )
    },
    publicKeys: () => kept().serverKeys,
    testNetwork: () => kept().testNetwork,
  }
}

/** @throws AppError telegram.unreachable where the proxy is gone: never directly instead */
function proxyFor(kept: KeptSettings, sourceId: string | null): KeptProxy | null {
  const own = sourceId === null ? undefined : kept.sourceProxies[sourceId]
  const id = own === undefined ? kept.proxyId : own
  if (id === null) return null
  const proxy = kept.proxies.find((one) => one.id === id)
  if (!proxy) throw new AppError('telegram.unreachable', { reason: 'the proxy it goes through is no longer there' })
  return proxy
}

function wayOutOf(secrets: OpenedSecrets, kept: KeptSettings, sourceId: string | null): WayOut {
  const proxy = proxyFor(kept, sourceId)
  return proxy === null ? { kind: 'direct' } : openProxy(secrets, proxy)
}

function openProxy(secrets: OpenedSecrets, { id, name, kind, host, port, user, secret }: KeptProxy): WayOut {
  const opened = secret === null ? null : secrets.open(secret)
  if (kind !== 'mtproxy') return { kind, id, name, host, port, user, password: opened }
  return { kind, id, name, host, port, secret: opened ?? Secret.fromText('') }
}
