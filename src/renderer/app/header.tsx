import { Button, TextInput, Tooltip } from '@mantine/core'
import { IconFileImport, IconLock, IconSearch, IconUserPlus } from '@tabler/icons-react'
import { lock, openPalette, SEARCH_INPUT_ID } from './actions.ts'
import { useAppData } from './app-data.ts'
import { openDialog } from './dialogs.ts'
import { useNetwork } from './network.ts'
import { setSearch, useView } from './view.ts'

const isMac = navigator.platform.startsWith('Mac')

export function Header() {
  const search = useView((state) => state.search)
  const platform = useAppData((state) => state.info?.platform)
  const contactedStores = useAppData((state) => state.contactedStores)
  const asking = useNetwork((state) => state.contacts.length > 0)
  const keys = isMac || platform === 'darwin' ? '⌘ K' : 'Ctrl K'
  return (
    <header className="frame-header">
      <div className="logo">
        <i aria-hidden />
        Session Deck
      </div>
      <TextInput
        id={SEARCH_INPUT_ID}
        className="search"
        type="search"
        aria-label="Filter the list"
        placeholder="Search sessions, peers and actions"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setSearch('')
        }}
        leftSection={<IconSearch size={15} aria-hidden />}
        rightSectionWidth={58}
        rightSection={
          <button
            type="button"
            className="kbd"
            onClick={openPalette}
            title="Commands"
            aria-label={`${keys}: open the command palette`}
          >
            {keys}
          </button>
        }
      />
      <Tooltip
        label={
          asking
            ? 'Telegram is asked at this moment: the foot of the window says where and how.'
            : contactedStores
              ? 'Connections go to the stores you named, and nowhere else. Telegram is not contacted until you ask.'
              : 'Nothing is contacted until you ask. Sessions are read from your disk, and Telegram is not told.'
        }
      >
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the tooltip has to be reachable by keyboard */}
        <span className="pill" tabIndex={0}>
          <span className={asking ? 'dot dot-scanning' : 'dot'} aria-hidden />
          {asking ? 'Asking Telegram' : contactedStores ? 'Stores only' : 'Offline'}
        </span>
      </Tooltip>
      <Button
        variant="default"
        leftSection={<IconFileImport size={15} aria-hidden />}
        onClick={() => openDialog('import')}
      >
        Import
      </Button>
      <Button
        variant="default"
        leftSection={<IconUserPlus size={15} aria-hidden />}
        title="Sign in anew with a QR code, a phone number or bot tokens"
        onClick={() => openDialog('new-session', {})}
      >
        New session
      </Button>
      <Button variant="default" leftSection={<IconLock size={15} aria-hidden />} onClick={() => void lock()}>
        Lock
      </Button>
    </header>
  )
}
