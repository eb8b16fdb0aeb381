import { rescan } from '../../app/actions.ts'
import { useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import { useView } from '../../app/view.ts'
import { plural } from '../../lib/numbers.ts'
import { isStore } from '../../lib/store-kinds.ts'
import { Notice } from '../../ui/notice.tsx'

/** Above the sessions of a store that is out of reach: what happened, and that they are as they were seen last. */
export function SourceBanner() {
  const sourceId = useView(({ view }) => (view.kind === 'source' ? view.sourceId : null))
  const source = useAppData((state) => state.sources?.find(({ id }) => id === sourceId))
  if (source === undefined || !isStore(source)) return null
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
        {source.sessions > 0 &&
          ` The ${plural(source.sessions, 'session')} below ${source.sessions === 1 ? 'is' : 'are'} as seen last.`}
      </Notice>
    </div>
  )
}

/** What happened, without the advice for files and folders that follows it. */
function happened(message = 'The server cannot be read.'): string {
  const [sentence = message] = /^.*?\.(?= [A-Z]|$)/.exec(message) ?? []
  return sentence.replace(/^The place /, 'The server ')
}
