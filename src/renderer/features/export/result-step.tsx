import { Button, Loader, Progress } from '@mantine/core'
import { useStore } from 'zustand'
import { useAppData } from '../../app/app-data.ts'
import { showSession } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { toastError } from '../../ui/toast.tsx'
import { type ExportResult, type ExportState, type ExportStore, writable } from './export-store.ts'
import type { Mode } from './target-start.ts'

interface Props {
  store: ExportStore
  mode: Mode
  count: number
  onCancel: () => void
  onClose: () => void
}

const SHOWN = 200

/** Progress while writing, then what became of each. */
export function ResultStep({ store, mode, count, onCancel, onClose }: Props) {
  const state = useStore(store)
  const { step, done, total, results, change } = state
  const inElectron = useAppData((app) => app.info?.shell === 'electron')
  const saving = step === 'saving'
  const leftOut = count - writable(state.plan).length
  const failed = results.filter(({ error }) => error !== null)
  // Failures first: they are what is left to do.
  const ordered = [...failed, ...results.filter(({ error }) => error === null)]
  const [written] = results.filter(({ error }) => error === null)
  const inTheWay = !saving && failed.length > 0 && failed.every(({ error }) => error?.code === 'source.exists')
  return (
    <DialogFrame
      title={saving ? (mode === 'export' ? 'Exporting' : 'Converting') : headline(state, count)}
      width={560}
      onClose={onClose}
      dismissable={!saving}
      end={
        saving ? (
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        ) : (
          <>
            {failed.length > 0 && (
              <Button variant="default" onClick={() => change({ step: 'save', overwrite: false })}>
                {inTheWay ? 'Choose another place' : 'Try again'}
              </Button>
            )}
            {inTheWay && (
              <Button variant="default" onClick={() => change({ step: 'save', overwrite: true })}>
                Replace…
              </Button>
            )}
            {inElectron && written?.path != null && (
              <Button
                variant="default"
                onClick={() =>
                  void api()
                    .app.showInFolder({ path: written.path ?? '' })
                    .catch(toastError)
                }
              >
                Show in folder
              </Button>
            )}
            {written?.written != null && (
              <Button
                variant="default"
                onClick={() => {
                  if (written.written !== null) showSession(written.written, refKey(written.written))
                  onClose()
                }}
              >
                Show session
              </Button>
            )}
            <Button onClick={onClose} data-autofocus>
              Done
            </Button>
          </>
        )
      }
    >
      <div className="stack">
        {saving && (
          <div className="export-busy" role="status" aria-live="polite">
            <Loader size={14} />
            {count === 1 ? 'Writing…' : `${formatCount(done)} of ${formatCount(total)}`}
          </div>
        )}
        {saving && count > 1 && (
          <Progress size={4} value={total === 0 ? 0 : (done / total) * 100} aria-label="Sessions written" />
        )}
        {!saving && state.cancelled && <Notice>Stopped. What was written stays where it is.</Notice>}
        {!saving && leftOut > 0 && (
          <Notice>
            {plural(leftOut, 'session')} could not be written and {leftOut === 1 ? 'was' : 'were'} left out.
          </Notice>
        )}
        {ordered.length > 0 && (
          <ul className="export-results" aria-label="Results">
            {ordered.slice(0, SHOWN).map((result) => (
              <ResultLine key={refKey(result.ref)} result={result} />
            ))}
            {ordered.length > SHOWN && <li className="dim">and {formatCount(ordered.length - SHOWN)} more</li>}
          </ul>
        )}
        {!saving && state.destination.kind === 'download' && failed.length === 0 && (
          <p className="lead">Your browser downloads it now. The link worked once.</p>
        )}
      </div>
    </DialogFrame>
  )
}

function ResultLine({ result: { name, path, error, notes } }: { result: ExportResult }) {
  return (
    <li>
      <span className={error === null ? 'dot dot-ok' : 'dot dot-unreadable'} aria-hidden />
      <div>
        <SafeText text={name} />
        {path !== null && error === null && (
          <div className="dim small">
            <SafeText text={path} maxChars={400} />
          </div>
        )}
        {notes.map(({ code, message }) => (
          <div key={code + message} className="export-note small">
            {message}
          </div>
        ))}
        {error !== null && <div className="export-bad small">{error.message}</div>}
      </div>
    </li>
  )
}

function headline({ results }: ExportState, count: number): string {
  const failed = results.filter(({ error }) => error !== null).length
  const written = results.length - failed
  if (failed === 0) return written === 0 ? 'Nothing was written' : `Saved ${plural(written, 'session')}`
  if (written === 0) return count === 1 ? 'Not saved' : 'None was saved'
  return `Saved ${formatCount(written)} of ${plural(results.length, 'session')}`
}
