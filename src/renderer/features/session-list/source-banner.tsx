import type { Source } from '../../../shared/contract/sources.ts'
import { rescan } from '../../app/actions.ts'
import { useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import { useView } from '../../app/view.ts'
import { plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { isStore } from '../../lib/store-kinds.ts'
import { Notice } from '../../ui/notice.tsx'

/** Above the sessions of a source that is out of reach: what happened, and that they are as they were seen last. */
export function SourceBanner() {
  const sourceId = useView(({ view }) => (view.kind === 'source' ? view.sourceId : null))
  const source = useAppData((state) => state.sources?.find(({ id }) => id === sourceId))
  if (source === undefined) return null
  if (!isStore(source)) return <FolderBanner source={source} />
  if (source.state === 'locked') {
    return (
      <div className="source-banner">
        <Notice
          actions={
            <button type="button" className="link" onClick={() => openDialog('protection', { mode: 'unlock' })}>
              Unlock
            </button>
          }
        >
          <strong>Its password is sealed</strong> until Session Deck is unlocked. These are the sessions as they were
          seen last.
        </Notice>
      </div>
    )
  }
  if (source.state !== 'error') return null
  return (
    <div className="source-banner">
      <Notice
        kind="error"
        actions={
          <>
            <button type="button" className="link" onClick={() => void rescan(source.id)}>
              Try again now
            </button>
            <button type="button" className="link" onClick={() => openDialog('edit-store', { source })}>
              Edit connection…
            </button>
          </>
        }
      >
        <strong>{happened(source.problem?.message)}</strong> It is tried again by itself.
        {asSeenLast(source)}
      </Notice>
    </div>
  )
}

/** Without sessions the empty list says what happened. */
function FolderBanner({ source }: { source: Source }) {
  if (source.state !== 'error' || source.problem === null || source.sessions === 0) return null
  return (
    <div className="source-banner">
      <Notice
        kind="error"
        actions={
          <button type="button" className="link" onClick={() => void rescan(source.id)}>
            Look again
          </button>
        }
      >
        {safeText(source.problem.message, 500)}
        {asSeenLast(source)}
      </Notice>
    </div>
  )
}

function asSeenLast({ sessions }: Source): string {
  if (sessions === 0) return ''
  return sessions === 1
    ? ' The session below is as seen last.'
    : ` The ${plural(sessions, 'session')} below are as seen last.`
}

/** What happened, without the advice for files and folders that follows it. */
function happened(message = 'The server cannot be read.'): string {
  const [sentence = message] = /^.*?\.(?= [A-Z]|$)/.exec(message) ?? []
  return sentence.replace(/^The place /, 'The server ')
}
