import { Button, Select, Switch } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { TelegramChange, TelegramSettings as Settings } from '../../../shared/contract/telegram.ts'
import { openDialog } from '../../app/dialogs.ts'
import { changeTelegram, useTelegram } from '../../app/telegram.ts'
import { plural } from '../../lib/numbers.ts'
import { OverrideNotice } from '../../ui/override-notice.tsx'
import { toastError } from '../../ui/toast.tsx'
import { FurtherApps } from './further-apps.tsx'
import { Proxies } from './proxies.tsx'
import { SourceWays } from './source-ways.tsx'
import { proxyIdOf, wayOutChoices, wayOutValue } from './way-out.ts'

interface Props {
  /** Is gone to when the dialog opens. */
  autofocus: boolean
}

/** Under which name, over which way and at which addresses Telegram is asked. */
export function TelegramSettings({ autofocus }: Props) {
  const settings = useTelegram((state) => state.settings)
  const box = useRef<HTMLDivElement>(null)
  const isKnown = settings !== null
  useEffect(() => {
    if (!autofocus || !isKnown) return
    box.current?.scrollIntoView({ block: 'nearest' })
  }, [autofocus, isKnown])
  if (settings === null) return <span className="skeleton" style={{ width: '60%' }} />
  return (
    <div ref={box} className="telegram-settings">
      <p className="dim">Nothing is contacted until you check, log out, look at devices or sign in.</p>
      <ApiApp settings={settings} autofocus={autofocus} />
      <FurtherApps settings={settings} />
      <Proxies settings={settings} />
      {settings.proxies.length > 0 && (
        <Select
          label="Way out for all sources"
          description="A key that went out one way waits five minutes before it goes out another."
          inputWrapperOrder={['label', 'input', 'description']}
          data={wayOutChoices(settings)}
          allowDeselect={false}
          value={wayOutValue(settings.proxyId)}
          onChange={(value) => change({ proxyId: proxyIdOf(value) })}
        />
      )}
      {settings.proxies.length > 0 && <SourceWays settings={settings} />}
      <Switch
        label="Test network"
        description="New logins, and sessions that do not say, belong to Telegram’s test servers."
        checked={settings.testNetwork}
        onChange={(event) => change({ testNetwork: event.currentTarget.checked })}
      />
      <Addresses settings={settings} />
    </div>
  )
}

function change(what: TelegramChange): void {
  changeTelegram(what).catch(toastError)
}

function ApiApp({ settings: { apiId, hasApiHash }, autofocus }: { settings: Settings; autofocus: boolean }) {
  return (
    <div className="setting-line">
      <div className="setting-words">
        <strong>API id</strong>
        <div className="dim">
          {apiId === null ? (
            'None yet. Telegram is only asked under one of your own.'
          ) : (
            <>
              {apiId} · {hasApiHash ? 'hash kept, sealed' : <span className="warn-text">its hash is missing</span>}
            </>
          )}
        </div>
      </div>
      <Button
        size="xs"
        variant="default"
        aria-label={apiId === null ? 'Set the API id' : 'Change the API id'}
        data-autofocus={autofocus || undefined}
        onClick={() => openDialog('telegram-app')}
      >
        {apiId === null ? 'Set…' : 'Change…'}
      </Button>
    </div>
  )
}

function Addresses({ settings: { dcOverrides } }: { settings: Settings }) {
  return (
    <>
      <div className="setting-line">
        <div className="setting-words">
          <strong>Addresses of data centres</strong>
          <div className="dim">
            {dcOverrides.length === 0
              ? 'Telegram’s own'
              : `${plural(dcOverrides.length, 'address', 'addresses')} replaced`}
          </div>
        </div>
        <Button
          size="xs"
          variant="default"
          aria-label={`${dcOverrides.length === 0 ? 'Replace' : 'Change'} addresses of data centres`}
          onClick={() => openDialog('data-centers')}
        >
          {dcOverrides.length === 0 ? 'Replace…' : 'Change…'}
        </Button>
      </div>
      <OverrideNotice overrides={dcOverrides} />
    </>
  )
}
