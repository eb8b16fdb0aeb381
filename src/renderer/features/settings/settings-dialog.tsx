import './settings.css'
import { SegmentedControl, Switch } from '@mantine/core'
import { changeSettings, useAppData } from '../../app/app-data.ts'
import { type DialogProps, openDialog } from '../../app/dialogs.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { lock } from '../../app/actions.ts'
import { OwnStores } from './own-stores.tsx'
import { TelegramSettings } from './telegram-settings.tsx'

const THEMES = [
  { value: 'system', label: 'Like the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

const PROTECTION_TEXTS = {
  none: 'Nothing is sealed yet. The first import into the vault asks for a passphrase.',
  keychain: 'The vault, the trash and stored passwords are sealed with a key kept in the system keychain.',
  passphrase: 'The vault, the trash and stored passwords are sealed with your passphrase.',
} as const

export function SettingsDialog({ part, onClose }: DialogProps<'settings'>) {
  const settings = useAppData((state) => state.settings)
  const protection = useAppData((state) => state.protection)
  if (settings === null) return null
  return (
    <DialogFrame title="Settings" width={560} onClose={onClose}>
      <dl className="settings">
        <dt id="setting-theme">Theme</dt>
        <dd>
          <SegmentedControl
            aria-labelledby="setting-theme"
            data={THEMES}
            value={settings.theme}
            onChange={(theme) => void changeSettings({ theme: theme as 'system' | 'light' | 'dark' })}
          />
        </dd>
        <dt>Phone numbers</dt>
        <dd>
          <Switch
            label="Show only the last two digits"
            checked={settings.maskPhones}
            onChange={(event) => void changeSettings({ maskPhones: event.currentTarget.checked })}
          />
        </dd>
        <dt>Protection</dt>
        <dd>
          {protection === null ? '' : PROTECTION_TEXTS[protection.state === 'none' ? 'none' : protection.kind]}{' '}
          {protection !== null && protection.state !== 'none' && (
            <>Locks after {Math.round(protection.lockAfterSeconds / 60)} minutes without you. </>
          )}
          <button
            type="button"
            className="link"
            onClick={() => {
              onClose()
              if (protection?.state === 'none') openDialog('protection', { mode: 'setup' })
              else void lock()
            }}
          >
            {protection?.state === 'none' ? 'Set a passphrase' : 'Lock now'}
          </button>
        </dd>
        <dt>Telegram</dt>
        <dd>
          <TelegramSettings autofocus={part === 'telegram'} />
        </dd>
        <dt>Your own stores</dt>
        <dd>
          <OwnStores autofocus={part === 'own-stores'} />
        </dd>
        <dt>About</dt>
        <dd>
          <button type="button" className="link" onClick={() => openDialog('about')}>
            Version and licence
          </button>
        </dd>
      </dl>
    </DialogFrame>
  )
}
