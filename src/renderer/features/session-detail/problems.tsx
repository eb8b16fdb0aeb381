import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { openDialog } from '../../app/dialogs.ts'
import { Notice } from '../../ui/notice.tsx'

/** What is wrong with a session, and the one thing to do about it. */
export function Problems({ detail }: { detail: SessionDetail }) {
  const { row, passcode, problems } = detail
  if (passcode !== null) {
    const open = () => openDialog('passcode', { ref: row.ref, name: row.name, question: passcode })
    return (
      <Notice
        kind="warning"
        actions={
          <button type="button" className="link" onClick={open}>
            Open it…
          </button>
        }
      >
        {problems[0]?.message ?? 'It is locked.'}
      </Notice>
    )
  }
  const [last] = problems.slice(-1)
  return problems.map((problem) => (
    <Notice
      key={`${problem.code} ${problem.message}`}
      kind={row.status === 'unreadable' ? 'error' : 'warning'}
      actions={
        // One button for all of them, below the last.
        problem === last &&
        row.status !== 'unreadable' && (
          <button type="button" className="link" onClick={() => openDialog('doctor', { ref: row.ref, name: row.name })}>
            Examine and repair…
          </button>
        )
      }
    >
      {problem.message}
    </Notice>
  ))
}
