import { Button } from '@mantine/core'
import type { TelegramSettings } from '../../../shared/contract/telegram.ts'
import { useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import { takeTelegram } from '../../app/telegram.ts'
import { api } from '../../lib/client.ts'
import { safeText } from '../../lib/safe-text.ts'
import { ReasonButton } from '../../ui/reason-button.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { toastError } from '../../ui/toast.tsx'
import { proxyKindLabel } from './proxy-form.ts'
import { usersOf } from './way-out.ts'

/** The proxies there are, and the way to add one. */
export function Proxies({ settings }: { settings: TelegramSettings }) {
  const sources = useAppData((state) => state.sources) ?? []
  const remove = (id: string) => api().telegram.removeProxy({ id }).then(takeTelegram, toastError)
  return (
    <>
      <div className="setting-line">
        <div className="setting-words">
          <strong>Proxies</strong>
          {settings.proxies.length === 0 && <div className="dim">None: Telegram is asked directly.</div>}
        </div>
        <Button size="xs" variant="default" aria-label="Add a proxy" onClick={() => openDialog('add-proxy')}>
          Add…
        </Button>
      </div>
      {settings.proxies.length > 0 && (
        <ul className="plain-list proxies" aria-label="Proxies">
          {settings.proxies.map((proxy) => {
            const users = usersOf(proxy.id, settings, sources)
            const name = safeText(proxy.name, 60)
            return (
              <li key={proxy.id} className="setting-line">
                <div className="setting-words">
                  <SafeText text={proxy.name} maxChars={80} />
                  <div className="dim">
                    {proxyKindLabel(proxy.kind)} · {safeText(proxy.host, 80)}:{proxy.port}
                    {proxy.user !== '' && ` · ${safeText(proxy.user, 40)}`}
                    {proxy.hasSecret && (proxy.kind === 'mtproxy' ? ' · secret kept' : ' · password kept')}
                  </div>
                </div>
                <ReasonButton
                  size="xs"
                  variant="default"
                  aria-label={`Remove ${name}`}
                  reason={
                    users.length === 0 ? null : `It is in use for ${users.join(', ')}: choose another way out first.`
                  }
                  onClick={() => void remove(proxy.id)}
                >
                  Remove
                </ReasonButton>
              </li>
            )
          })}
        </ul>
      )}
    </>
  )
}
