import type { SessionRow } from '../../../shared/contract/sessions.ts'
import type { Source } from '../../../shared/contract/sources.ts'
import { useAppData } from '../../app/app-data.ts'
import { showSession, showView } from '../../app/view.ts'
import { refKey } from '../../lib/refs.ts'
import { safeText } from '../../lib/safe-text.ts'
import { Notice } from '../../ui/notice.tsx'

const SHOWN = 4

/** Other sessions that hold the same key, each a way to go there. */
export function CopiesNotice({ copies }: { copies: readonly SessionRow[] }) {
  const sources = useAppData((state) => state.sources)
  const [first] = copies
  if (first === undefined) return null
  const { keyId } = first
  return (
    <Notice kind="warning">
      The same key is also in{' '}
      {copies.slice(0, SHOWN).map((row, index) => (
        <span key={refKey(row.ref)}>
          {index > 0 && ', '}
          <button type="button" className="link" onClick={() => showSession(row.ref, refKey(row.ref))}>
            <bdi>{safeText(row.sourceName, 40)}</bdi> / <bdi>{safeText(placeIn(row, sources), 80)}</bdi> (
            {row.formatLabel})
          </button>
        </span>
      ))}
      {copies.length > SHOWN && keyId !== null && (
        <>
          {' and '}
          <button type="button" className="link" onClick={() => showView({ kind: 'key', keyId })}>
            {copies.length - SHOWN} more
          </button>
        </>
      )}
      . Using one key from two places at once makes Telegram end it for good.
    </Notice>
  )
}

/** Copies tend to bear the same name: within a folder the path tells them apart. */
function placeIn(row: SessionRow, sources: readonly Source[] | null): string {
  const kind = sources?.find(({ id }) => id === row.ref.sourceId)?.kind
  return kind === 'folder' ? row.ref.key : row.name
}
