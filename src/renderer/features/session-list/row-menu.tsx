import { Menu } from '@mantine/core'
import { useLayoutEffect } from 'react'
import type { SessionRow } from '../../../shared/contract/sessions.ts'
import { openDialog } from '../../app/dialogs.ts'
import { rowAt, useRows } from '../../app/rows.ts'
import { noDevicesReason } from '../../lib/devices-offer.ts'
import { plural } from '../../lib/numbers.ts'
import { copyText } from '../../app/actions.ts'
import { selectedRefs, useCursor } from './list-cursor.ts'

interface Props {
  at: { x: number; y: number }
  onClose: () => void
}

/** The context menu of the selected rows. */
export function RowMenu({ at, onClose }: Props) {
  const refs = selectedRefs()
  useLayoutEffect(() => {
    // The list had it: it gets it back, and so does a dialog that is opened from here when it closes.
    const before = document.activeElement
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  const row = rowAt(useRows.getState(), useCursor.getState().index)
  const hasKeys = refs.length > 1 || row === undefined || row.keyId !== null
  return (
    <Menu opened onClose={onClose} position="bottom-start" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          className="row-menu-anchor"
          aria-label={refs.length > 1 ? plural(refs.length, 'session') : 'Session'}
          style={{ left: at.x, top: at.y }}
        />
      </Menu.Target>
      <Menu.Dropdown>
        {refs.length > 1 && <Menu.Label>{plural(refs.length, 'session')}</Menu.Label>}
        <Menu.Item onClick={() => openDialog('export', { refs })}>Export…</Menu.Item>
        <Menu.Item onClick={() => openDialog('convert', { refs })}>Convert…</Menu.Item>
        {hasKeys && (
          <Menu.Item onClick={() => openDialog('check', { refs })}>
            {refs.length === 1 ? 'Check login…' : 'Check logins…'}
          </Menu.Item>
        )}
        {refs.length === 1 && row !== undefined && noDevicesReason(row) === null && (
          <Menu.Item onClick={() => openDialog('devices', { ref: row.ref, name: row.name })}>Devices…</Menu.Item>
        )}
        {refs.length === 1 && row !== undefined && row.passcode !== null && (
          <Menu.Item onClick={() => unlock(row)}>Unlock…</Menu.Item>
        )}
        {refs.length === 1 && row?.status === 'attention' && (
          <Menu.Item onClick={() => openDialog('doctor', { ref: row.ref, name: row.name })}>
            Examine and repair…
          </Menu.Item>
        )}
        <Menu.Divider />
        {refs.length === 1 && row !== undefined && (
          <Menu.Item onClick={() => openDialog('rename', { ref: row.ref, name: row.name, given: false })}>
            Rename…
          </Menu.Item>
        )}
        <Menu.Item onClick={() => openDialog('tags', { refs })}>Tags…</Menu.Item>
        {refs.length === 1 && row?.keyId != null && (
          <Menu.Item onClick={() => void copyText(row.keyId ?? '', 'Key id')}>Copy key id</Menu.Item>
        )}
        <Menu.Divider />
        {hasKeys && (
          <Menu.Item c="var(--bad-text)" onClick={() => openDialog('revoke', { refs })}>
            Log out at Telegram…
          </Menu.Item>
        )}
        <Menu.Item c="var(--bad-text)" onClick={() => openDialog('delete', { refs })}>
          Delete…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function unlock({ ref, name, passcode }: SessionRow): void {
  if (passcode !== null) openDialog('passcode', { ref, name, question: passcode })
}
