import './delete-dialog.css'
import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { SessionRow } from '../../../shared/contract/sessions.ts'
import { useAppData } from '../../app/app-data.ts'
import { type DialogProps, openDialog } from '../../app/dialogs.ts'
import { askedForPassphrase, askedForPassphraseBy } from '../../app/protected-call.ts'
import { useView } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { storeParts } from '../../lib/store-kinds.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { firstRows, NAMED, namesInUse, offerUndo, storesOf } from './deletion.ts'

interface Failure {
  name: string
  message: string
}

/** Moves sessions to the trash, after saying what that does and what it does not. */
export function DeleteDialog({ refs, onClose }: DialogProps<'delete'>) {
  const [rows, setRows] = useState<readonly SessionRow[]>([])
  const [inUse, setInUse] = useState<readonly string[]>([])
  const [failures, setFailures] = useState<readonly Failure[]>([])
  const { busy, error, run } = useAttempt()

  useEffect(() => {
    let gone = false
    void firstRows(refs).then((found) => !gone && setRows(found))
    namesInUse(refs).then(
      (names) => !gone && setInUse(names),
      () => {},
    )
    return () => {
      gone = true
    }
  }, [refs])

  async function moveToTrash(): Promise<void> {
    try {
      const results = await api().sessions.delete({ refs: [...refs] })
      const needsPassphrase = results.find(({ error: failed }) => failed?.code.startsWith('protection.'))
      const moved = results.filter(({ trashId }) => trashId !== null)
      if (needsPassphrase?.error != null && moved.length === 0) {
        if (askedForPassphraseBy(needsPassphrase.error.code, submit)) return
      }
      const ids = moved.map(({ trashId }) => trashId).filter((id) => id !== null)
      if (ids.length > 0) {
        useView.setState({ active: null, selected: new Set() })
        offerUndo(ids, moved[0]?.name ?? null)
      }
      const failed = results.flatMap(({ name, error: reason }) =>
        reason === null ? [] : [{ name, message: reason.message }],
      )
      if (failed.length === 0) onClose()
      setFailures(failed)
    } catch (thrown) {
      if (!askedForPassphrase(thrown, submit)) throw thrown
    }
  }
  const submit = () => run(moveToTrash)
  const stores = storesOf(refs, useAppData((state) => state.sources) ?? [])
  const guarded = stores.filter(({ store }) => store.readOnly)
  const [onlyStore] = stores.length === 1 && guarded.length === 0 ? stores : []
  const [first] = rows
  const title =
    refs.length === 1
      ? `Delete “${first === undefined ? 'this session' : safeText(first.name, 60)}”?`
      : `Delete ${plural(refs.length, 'session')}?`

  if (failures.length > 0) return <FailuresDialog failures={failures} count={refs.length} onClose={onClose} />
  return (
    <ConfirmDialog
      title={title}
      verb="Move to trash"
      ready={refs.some(({ sourceId }) => guarded.every(({ id }) => id !== sourceId))}
      busy={busy}
      error={error}
      onConfirm={submit}
      onClose={onClose}
    >
      {refs.length > 1 && rows.length > 0 && (
        <ul className="delete-names">
          {rows.map((row) => (
            <li key={`${row.ref.sourceId}/${row.ref.key}`}>
              <SafeText text={row.name} className="ellipsis" />
              <span className="dim ellipsis">
                <SafeText text={row.sourceName} />
              </span>
            </li>
          ))}
          {refs.length > NAMED && <li className="dim">and {formatCount(refs.length - rows.length)} more</li>}
        </ul>
      )}
      <p className="lead">
        {refs.length === 1 ? 'It moves' : 'They move'} to Session Deck’s trash for 30 days. Until then{' '}
        {refs.length === 1 ? 'it' : 'each'} can be put back where it was.
      </p>
      <Notice>
        <strong>{refs.length === 1 ? 'The login stays' : 'The logins stay'} valid at Telegram.</strong> Deleting{' '}
        {stores.length === 0 ? 'a file' : 'a session'} does not log out: a copy of it would still work. A person’s
        account lists it under Settings → Devices in any Telegram app.{' '}
        <button
          type="button"
          className="link"
          disabled={busy}
          onClick={() => {
            onClose()
            openDialog('revoke', { refs })
          }}
        >
          Log out at Telegram instead…
        </button>
      </Notice>
      {onlyStore !== undefined && (
        <Notice kind="warning">
          <strong>
            {refs.length === 1 ? 'Its' : 'Their'} {storeParts(onlyStore.store)} are taken out of the store.
          </strong>{' '}
          A bot that shares it does without at its next start, or logs in anew.
        </Notice>
      )}
      {guarded.map((source) => (
        <Notice
          key={source.id}
          actions={
            <button type="button" className="link" onClick={() => openDialog('allow-writing', { source })}>
              Allow writing…
            </button>
          }
        >
          <strong>Writing is off for “{safeText(source.name, 60)}”.</strong> Nothing is deleted there until you allow
          it.
        </Notice>
      ))}
      {inUse.length > 0 && (
        <Notice kind="warning">
          <strong>
            {inUse.length === 1 && refs.length === 1
              ? 'Another program has this file open.'
              : `Another program has ${plural(inUse.length, 'of these files', 'of these files')} open.`}
          </strong>{' '}
          A running bot goes on for a while and then fails, or writes a new, empty session.
        </Notice>
      )}
    </ConfirmDialog>
  )
}

interface FailuresProps {
  failures: readonly Failure[]
  /** How many were to be deleted. */
  count: number
  onClose: () => void
}

function FailuresDialog({ failures, count, onClose }: FailuresProps) {
  return (
    <DialogFrame
      title={failures.length === count ? 'Nothing was deleted' : 'Not everything was deleted'}
      width={520}
      onClose={onClose}
      end={
        <Button onClick={onClose} data-autofocus>
          Close
        </Button>
      }
    >
      <Notice kind="error">
        <strong>{plural(failures.length, 'session')} could not be moved:</strong>
        <ul className="delete-failures">
          {failures.slice(0, 20).map(({ name, message }) => (
            <li key={name}>
              <SafeText text={name} />: {message}
            </li>
          ))}
        </ul>
      </Notice>
    </DialogFrame>
  )
}
