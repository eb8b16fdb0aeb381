import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { Source } from '../../../shared/contract/sources.ts'
import { sourceActions } from '../../app/source-actions.ts'
import { safeText } from '../../lib/safe-text.ts'

interface Props {
  source: Source
  open: boolean
  onOpen: (open: boolean) => void
}

/** What can be done with a source: its name, its connection, whether it is written to, and leaving the list. */
export function SourceMenu({ source, open, onOpen }: Props) {
  return (
    <Menu opened={open} onChange={onOpen} position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon className="nav-more" size={20} aria-label={`Menu of ${safeText(source.name, 60)}`}>
          <IconDots size={14} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {sourceActions(source).map(({ label, disabled = false, danger = false, run }) => (
          <Menu.Item key={label} disabled={disabled} {...(danger && { color: 'red' })} onClick={run}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
