import { Button } from '@mantine/core'
import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { openDialog } from '../../app/dialogs.ts'

const NO_KEY = 'It holds no key, so there is nothing to write elsewhere.'

/** What can be done with one session; what cannot be undone stands apart. */
export function DetailActions({ detail: { row, abilities } }: { detail: SessionDetail }) {
  const refs = [row.ref]
  const blocked = !abilities.export
  return (
    <div className="detail-actions">
      <Button title={blocked ? NO_KEY : undefined} disabled={blocked} onClick={() => openDialog('export', { refs })}>
        Export…
      </Button>
      <Button
        variant="default"
        title={blocked ? NO_KEY : undefined}
        disabled={blocked}
        onClick={() => openDialog('convert', { refs })}
      >
        Convert…
      </Button>
      <span className="grow" />
      <Button
        variant="default"
        className="later"
        title="Not available yet: says why"
        onClick={() => openDialog('later', { what: 'revoke' })}
      >
        Revoke…
      </Button>
      <Button
        variant="default"
        {...(abilities.delete && { c: 'var(--bad-text)' })}
        disabled={!abilities.delete}
        title={abilities.delete ? undefined : 'This source can only be read.'}
        onClick={() => openDialog('delete', { refs })}
      >
        Delete
      </Button>
    </div>
  )
}
