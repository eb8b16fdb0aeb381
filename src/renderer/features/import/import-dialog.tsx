import './import.css'
import { Button, Loader } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Format } from '../../../shared/contract/formats.ts'
import { useAppData } from '../../app/app-data.ts'
import { type DialogProps, openDialog } from '../../app/dialogs.ts'
import { showSession, showView } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { isBuiltIn, storeKindOf } from '../../lib/destination.ts'
import { plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { Notice } from '../../ui/notice.tsx'
import { toastError } from '../../ui/toast.tsx'
import { GatherStep } from './gather-step.tsx'
import { canImport, createImport, isImported, pendingItems } from './import-store.ts'
import { fieldsToAsk } from './missing-fields.ts'
import { ReviewStep } from './review-step.tsx'

/** Takes sessions in: paste, drop or pick; look at what was found; choose where it goes. */
export function ImportDialog({ paths, text, files, onClose }: DialogProps<'import'>) {
  const [store] = useState(createImport)
  const state = useStore(store)
  const [formats, setFormats] = useState<readonly Format[]>([])
  const started = useRef(false)
  useEffect(() => {
    api().formats.list().then(setFormats, toastError)
  }, [])
  useEffect(() => {
    if (started.current) return
    started.current = true
    const { stagePaths, stageFiles, stageText } = store.getState()
    if (paths !== undefined && paths.length > 0) stagePaths(paths)
    else if (files !== undefined && files.length > 0) stageFiles(files)
    else if (text !== undefined && text !== '') stageText(text)
  }, [store, paths, files, text])

  const { phase, busy, error, ignored, unit, items } = state
  const close = () => {
    state.cancel()
    if (phase !== 'done') state.startOver()
    onClose()
  }

  return (
    <DialogFrame
      title="Import sessions"
      subtitle={phase === 'gather' ? 'They are read here, on this machine. Telegram is not contacted.' : undefined}
      width={phase === 'gather' || items.length === 0 ? 620 : 860}
      onClose={close}
      dismissable={phase !== 'writing'}
      end={
        <Buttons
          store={store}
          formats={formats}
          onlyPath={paths?.length === 1 ? paths[0] : undefined}
          onClose={close}
        />
      }
    >
      <div className="stack">
        {phase === 'gather' ? (
          <GatherStep store={store} disabled={busy !== null} />
        ) : items.length === 0 ? (
          <Notice kind="warning">
            <strong>No session was found.</strong> {ignored > 0 && `${plural(ignored, unit)} looked at. `}Paste the
            whole string, or choose the session file itself (often named .session).
          </Notice>
        ) : (
          <ReviewStep store={store} formats={formats} />
        )}
        {error !== null && <ErrorNotice error={error} />}
        {busy !== null && (
          <div className="import-busy dim" role="status">
            <Loader size={14} /> {busy}
          </div>
        )}
      </div>
    </DialogFrame>
  )
}

interface ButtonsProps {
  store: ReturnType<typeof createImport>
  formats: readonly Format[]
  /** The one path the dialog was opened with. */
  onlyPath: string | undefined
  onClose: () => void
}

function Buttons({ store, formats, onlyPath, onClose }: ButtonsProps) {
  const { target, values, phase, included, destination, results, busy, items, startOver, commit, cancel } =
    useStore(store)
  const sources = useAppData((app) => app.sources) ?? []
  if (phase === 'writing') {
    return (
      <Button variant="default" onClick={cancel}>
        Stop
      </Button>
    )
  }
  if (phase === 'done') {
    const written = [...results.values()].flatMap(({ ref }) => (ref === null ? [] : [ref]))
    const [first] = written
    const failed = items.some(({ id }) => included.has(id) && !isImported(results.get(id)))
    return (
      <>
        <Button variant="default" onClick={startOver}>
          Import more
        </Button>
        {failed && (
          <Button variant="default" onClick={commit}>
            Try the failed ones again
          </Button>
        )}
        {first !== undefined && (
          <Button
            variant="default"
            onClick={() => {
              showView({ kind: 'source', sourceId: first.sourceId })
              showSession(first, refKey(first))
              onClose()
            }}
          >
            Show in the list
          </Button>
        )}
        <Button onClick={onClose} data-autofocus>
          Done
        </Button>
      </>
    )
  }
  const toStore = storeKindOf(destination, sources) !== null
  const nowhere = (destination.kind === 'folder' && destination.path.trim() === '') || (toStore && target === null)
  const asked = isBuiltIn(destination) ? [] : fieldsToAsk(pendingItems({ items, included }), target, formats)
  const unanswered = asked.some(({ name }) => (values[name] ?? '') === '')
  return (
    <>
      {onlyPath !== undefined && phase === 'review' && (
        <button
          type="button"
          className="link push-left"
          title="Shows these sessions where they are, without making copies"
          onClick={() => {
            onClose()
            openDialog('add-source', { path: onlyPath })
          }}
        >
          Keep it as a source instead
        </button>
      )}
      {phase === 'review' && (
        <Button variant="default" disabled={busy !== null} onClick={startOver}>
          Back
        </Button>
      )}
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      {phase === 'review' && items.some(canImport) && (
        <Button disabled={included.size === 0 || nowhere || unanswered || busy !== null} onClick={commit}>
          {included.size === 0 ? 'Import' : `Import ${plural(included.size, 'session')}`}
        </Button>
      )}
    </>
  )
}
