import { useState } from 'react'
import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { useAppData } from '../../app/app-data.ts'
import { api } from '../../lib/client.ts'
import { formatBytes } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { Badge } from '../../ui/badge.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { isStore } from '../../lib/store-kinds.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import { toast, toastError } from '../../ui/toast.tsx'
import { loadDetail } from './detail-store.ts'
import { StoreRows } from './store-rows.tsx'

/** Where it lies, who can read it, and which program holds it open. */
export function WhereRows({ detail }: { detail: SessionDetail }) {
  const source = useAppData((state) => state.sources?.find(({ id }) => id === detail.row.ref.sourceId))
  return source !== undefined && isStore(source) ? (
    <StoreRows detail={detail} source={source} />
  ) : (
    <FileRows detail={detail} />
  )
}

function FileRows({ detail }: { detail: SessionDetail }) {
  const home = useAppData((state) => state.info?.home ?? '')
  const electron = useAppData((state) => state.info?.shell === 'electron')
  const { path, row } = detail
  return (
    <>
      <dt>Where</dt>
      <dd>
        {path === null ? (
          <SafeText text={row.sourceName} />
        ) : (
          <SafeText text={shortPath(path, home)} className="path" maxChars={400} />
        )}{' '}
        {detail.sizeBytes !== null && <Badge>{formatBytes(detail.sizeBytes)}</Badge>}{' '}
        {path !== null && <CopyButton text={path} what="Path" />}
        {path !== null && electron && (
          <button type="button" className="link small" onClick={() => void showInFolder(path)}>
            show
          </button>
        )}
        {detail.companions.map(({ name, sizeBytes }) => (
          <div key={name} className="dim small">
            + {safeText(name, 120)} ({formatBytes(sizeBytes)})
          </div>
        ))}
      </dd>
      {detail.mode !== null && <ReadableBy detail={detail} mode={detail.mode} />}
      <dt>In use</dt>
      <dd>{inUseText(detail)}</dd>
    </>
  )
}

function ReadableBy({ detail, mode }: { detail: SessionDetail; mode: string }) {
  const [busy, setBusy] = useState(false)
  async function makePrivate() {
    setBusy(true)
    try {
      const answer = await api().sessions.makePrivate({ ref: detail.row.ref })
      toast({ message: `Only you can read it now (${answer.mode}).` })
      await loadDetail(detail.row.ref)
    } catch (error) {
      toastError(error)
    }
    setBusy(false)
  }
  return (
    <>
      <dt>Readable by</dt>
      <dd>
        {detail.exposed ? <span className="warn-text">others on this machine ({mode})</span> : `only you (${mode})`}
        {detail.exposed && detail.abilities.makePrivate && (
          <>
            {' · '}
            <button type="button" className="link" disabled={busy} onClick={() => void makePrivate()}>
              make private
            </button>
          </>
        )}
      </dd>
    </>
  )
}

function inUseText({ row, inUseBy }: SessionDetail): string {
  if (inUseBy.length > 0) {
    return inUseBy.map(({ name, pid }) => (pid === null ? name : `${safeText(name, 60)} (pid ${pid})`)).join(', ')
  }
  return row.inUse ? 'by another program' : 'no'
}

/** The home folder as ~. */
function shortPath(path: string, home: string): string {
  return home !== '' && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

async function showInFolder(path: string): Promise<void> {
  try {
    await api().app.showInFolder({ path })
  } catch (error) {
    toastError(error)
  }
}
