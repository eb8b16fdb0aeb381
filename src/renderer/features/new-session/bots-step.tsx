import '../../ui/job-results.css'
import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { type StoreApi, useStore } from 'zustand'
import type { TelegramProgress } from '../../../shared/contract/telegram.ts'
import { useAppData } from '../../app/app-data.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { JobProgress } from '../../ui/job-progress.tsx'
import type { BotResult, BotsRun } from './bots-run.ts'
import { accountName, keptIn } from './made-words.ts'
import { type NewSessionForm, placeWords } from './new-session-form.ts'
import { showInList } from './show-session.ts'

interface Props {
  run: StoreApi<BotsRun>
  form: NewSessionForm
  onClose: () => void
}

/** Bots being signed in, one line after the other, and what came of each. */
export function BotsStep({ run, form: { placement }, onClose }: Props) {
  const { phase, items, total, stopped, error, stop, startOver } = useStore(run)
  const sources = useAppData((state) => state.sources) ?? []
  const running = phase === 'running'
  const made = items.filter(({ saved }) => saved !== null)
  const failed = items.length - made.length
  const first = made.find(({ saved }) => saved?.ref != null)?.saved?.ref ?? null
  const done = useRef<HTMLButtonElement>(null)
  // "Stop" had it and is gone.
  useEffect(() => {
    if (!running) done.current?.focus()
  }, [running])
  return (
    <DialogFrame
      title={running ? `Signing in ${plural(total, 'bot')}` : doneTitle(made.length, total)}
      subtitle={made.length === 0 && !running ? undefined : <bdi>Kept in {placeWords(placement, sources)}</bdi>}
      width={620}
      onClose={onClose}
      dismissable={!running}
      end={
        running ? (
          <Button variant="default" onClick={stop} data-autofocus>
            Stop
          </Button>
        ) : (
          <>
            <Button variant="default" className="push-left" onClick={startOver}>
              {made.length === 0 ? 'Try again' : 'Sign in more'}
            </Button>
            {first !== null && (
              <Button
                variant="default"
                onClick={() => {
                  showInList(first)
                  onClose()
                }}
              >
                Show in the list
              </Button>
            )}
            <Button ref={done} onClick={onClose}>
              Done
            </Button>
          </>
        )
      }
    >
      <div className="stack">
        <JobProgress progress={progressOf({ phase, items, total, stopped })} label="Signing in" />
        {error !== null && <ErrorNotice error={error} />}
        {items.length > 0 && (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and holds nothing to tab to
          <ul className="bots-results" aria-label="Results" tabIndex={items.length > 6 ? 0 : undefined}>
            {items.map((item) => (
              <BotRow
                key={item.line}
                item={item}
                place={item.saved === null ? null : keptIn(item.saved, placement, sources)}
              />
            ))}
          </ul>
        )}
        {!running && failed > 0 && (
          <p className="dim">
            {total === 1 ? 'The token is' : 'The tokens are'} forgotten. To try the{' '}
            {failed === 1 ? 'failed one' : 'failed ones'} again, paste {failed === 1 ? 'it' : 'them'} again.
          </p>
        )}
      </div>
    </DialogFrame>
  )
}

function BotRow({ item: { line, bot, saved, error }, place }: { item: BotResult; place: string | null }) {
  return (
    <li className="bots-result">
      <span className={saved === null ? 'dot dot-unreadable' : 'dot dot-ok'} aria-hidden />
      <span className="faint num">Line {formatCount(line)}</span>
      <div>
        <div>
          {saved === null ? (
            <strong>{bot === '' ? 'Not signed in' : `Bot ${safeText(bot, 24)}: not signed in`}</strong>
          ) : (
            <>
              Signed in as <strong>{accountName(saved)}</strong>
            </>
          )}
        </div>
        {error !== null && <div className="bots-why">{error.message}</div>}
        {saved !== null && saved.elsewhere !== null && <div className="bots-elsewhere">{saved.elsewhere}</div>}
        {saved !== null && saved.path !== null && place !== null && <div className="dim">{place}</div>}
      </div>
    </li>
  )
}

/** "Signed in 3 bots", "Signed in 2 of 3 bots", "No bot was signed in" */
function doneTitle(made: number, total: number): string {
  if (made === 0) return 'No bot was signed in'
  return `Signed in ${made === total ? plural(total, 'bot') : `${formatCount(made)} of ${plural(total, 'bot')}`}`
}

function progressOf({
  phase,
  items,
  total,
  stopped,
}: Pick<BotsRun, 'phase' | 'items' | 'total' | 'stopped'>): TelegramProgress {
  const state = phase === 'running' ? 'running' : stopped ? 'cancelled' : 'done'
  return { done: items.length, total, state, note: '', asks: false, secondsLeft: null }
}
