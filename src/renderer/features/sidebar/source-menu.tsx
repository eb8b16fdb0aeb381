import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { Source } from '../../../shared/contract/sources.ts'
import { rescan, stopWriting } from '../../app/actions.ts'
import { openDialog } from '../../app/dialogs.ts'
import { safeText } from '../../lib/safe-text.ts'
import { isStore, type StoreSource } from '../../lib/store-kinds.ts'

interface Props {
  source: Source
  open: boolean
  onOpen: (open: boolean) => void
}

/** What can be done with a source: its name, its connection, whether it is written to, and leaving the list. */
export function SourceMenu({ source, open, onOpen }: Props) {
  const { id, name, state } = source
  return (
    <Menu opened={open} onChange={onOpen} position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon className="nav-more" size={20} aria-label={`Menu of ${safeText(name, 60)}`}>
          <IconDots size={14} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => openDialog('rename-source', { sourceId: id, name })}>Rename…</Menu.Item>
        {isStore(source) && <StoreItems source={source} />}
        <Menu.Item onClick={() => void rescan(id)} disabled={state === 'scanning'}>
          {isStore(source) ? (state === 'error' ? 'Try again now' : 'Look again') : 'Scan again'}
        </Menu.Item>
        {source.removable && (
          <Menu.Item
            color="red"
            onClick={() => openDialog('remove-source', { sourceId: id, name, store: isStore(source) })}
          >
            Remove from the list…
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function StoreItems({ source }: { source: StoreSource }) {
  return (
    <>
      <Menu.Item onClick={() => openDialog('edit-store', { source })}>Edit connection…</Menu.Item>
      {source.store.readOnly ? (
        <Menu.Item onClick={() => openDialog('allow-writing', { source })}>Allow writing…</Menu.Item>
      ) : (
        <Menu.Item onClick={() => void stopWriting(source)}>Stop writing</Menu.Item>
      )}
    </>
  )
}
