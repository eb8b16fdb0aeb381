import './doctor-dialog.css'
import { Button, Loader } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Examination } from '../../../shared/contract/doctor.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { showSession } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { refKey } from '../../lib/refs.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { SafeText } from '../../ui/safe-text.tsx'

/** What is wrong with how a session is kept, and a clean copy of it. */
export function DoctorDialog({ ref, name, onClose }: DialogProps<'doctor'>) {
  const [examination, setExamination] = useState<Examination | null>(null)
  const [written, setWritten] = useState<Awaited<ReturnType<ReturnType<typeof api>['doctor']['repair']>> | null>(null)
  const looking = useAttempt()
  const writing = useAttempt()
  const { run: look } = looking

  useEffect(() => {
    let gone = false
    look(async () => {
      const found = await api().doctor.examine({ ref })
      if (!gone) setExamination(found)
    })
    return () => {
      gone = true
    }
    // oxlint-disable-next-line react/exhaustive-deps -- once, for the session it was opened with
  }, [])

  const cure = examination?.cure ?? null
  const repair = () => writing.run(async () => setWritten(await api().doctor.repair({ ref, folder: null })))
  const show = () => {
    if (written?.ref != null) showSession(written.ref, refKey(written.ref))
    onClose()
  }
  return (
    <DialogFrame
      title={written === null ? `Examine “${safeText(name, 60)}”` : 'A repaired copy is written'}
      width={620}
      onClose={onClose}
      dismissable={!writing.busy}
      end={
        written !== null ? (
          <>
            {written.ref !== null && (
              <Button variant="default" onClick={show}>
                Show the copy
              </Button>
            )}
            <Button onClick={onClose} data-autofocus>
              Done
            </Button>
          </>
        ) : (
          <>
            <Button variant="default" onClick={onClose} disabled={writing.busy} data-autofocus>
              {cure === null ? 'Close' : 'Cancel'}
            </Button>
            {cure !== null && (
              <Button onClick={repair} loading={writing.busy} disabled={cure.folder === null}>
                Write a repaired copy
              </Button>
            )}
          </>
        )
      }
    >
      <div className="stack doctor">
        {looking.busy && (
          <div className="doctor-busy dim" role="status">
            <Loader size={14} /> Reading it, and writing a clean copy in private to compare…
          </div>
        )}
        {looking.error !== null && <ErrorNotice error={looking.error} />}
        {writing.error !== null && <ErrorNotice error={writing.error} onRetry={repair} />}
        {written !== null && (
          <p className="lead">
            <SafeText text={written.path} maxChars={400} />
            <br />
            The session it was made from is as it was. Both hold the same login: use one of them at a time.
          </p>
        )}
        {written === null && examination !== null && <Findings examination={examination} />}
      </div>
    </DialogFrame>
  )
}

function Findings({ examination: { findings, cure } }: { examination: Examination }) {
  if (findings.length === 0) return <p className="lead">Nothing is wrong with how this session is kept.</p>
  return (
    <>
      <section aria-label="What is wrong">
        <h3>What is wrong</h3>
        <ul className="doctor-list">
          {findings.map(({ code, message, cured }) => (
            <li key={code + message}>
              <span className={cured ? 'dot dot-attention' : 'dot dot-unreadable'} aria-hidden />
              <span>{message}</span>
              <b>{cured ? 'goes away' : 'stays'}</b>
            </li>
          ))}
        </ul>
      </section>
      {cure === null ? (
        <p className="lead">A clean copy would be no better.</p>
      ) : (
        <section aria-label="What a copy changes">
          <h3>What a repaired copy changes</h3>
          <ul className="doctor-changes">
            {cure.changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
            {cure.lost.map(({ field, phrase }) => (
              <li key={field}>Left behind: {phrase}.</li>
            ))}
            {cure.changes.length + cure.lost.length === 0 && <li>Only the values named above.</li>}
          </ul>
          <p className="dim small">
            {cure.folder === null
              ? 'This session lies in no folder: export it to get a clean file.'
              : 'The copy goes beside the session. The session itself is not touched.'}
          </p>
        </section>
      )}
    </>
  )
}
