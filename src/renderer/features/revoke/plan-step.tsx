import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import { AppFirst } from '../../app/app-first.tsx'
import { needsApp, sealing, useTelegram } from '../../app/telegram.ts'
import { api } from '../../lib/client.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { Notice } from '../../ui/notice.tsx'
import { OverrideNotice } from '../../ui/override-notice.tsx'
import { ManyFacts } from './many-facts.tsx'
import { OneFacts } from './one-facts.tsx'
import { endedAs, summaryOf, whoOf, WORD } from './plan-words.ts'
import { useRevokePlan } from './use-plan.ts'

interface Props {
  refs: readonly Ref[]
  onStarted: (jobId: string) => void
  onClose: () => void
}

/** Says whose login ends and what breaks with it, and asks. */
export function RevokePlanStep({ refs, onStarted, onClose }: Props) {
  const { items, error: planError, retry } = useRevokePlan(refs)
  const settings = useTelegram((state) => state.settings)
  const noApp = useTelegram(needsApp)
  const [includeInUse, setIncludeInUse] = useState(false)
  const [thenDelete, setThenDelete] = useState(false)
  const { busy, error, run } = useAttempt()

  const start = () =>
    run(async () => {
      let jobId: string | null = null
      await sealing(async () => {
        jobId = (await api().telegram.revoke({ refs: [...refs], confirmed: true, thenDelete, includeInUse })).jobId
      }, start)
      if (jobId !== null) onStarted(jobId)
    })

  if (noApp) {
    return <AppFirst title="Before logging out: an API id" onClose={onClose} />
  }
  const one = refs.length === 1
  const title = one ? 'Log out at Telegram?' : `Log out ${plural(refs.length, 'session')} at Telegram?`
  if (items === null) {
    return (
      <DialogFrame title={title} width={560} onClose={onClose}>
        {planError === null ? <Loading /> : <ErrorNotice error={planError} onRetry={retry} />}
      </DialogFrame>
    )
  }
  const summary = summaryOf(items, includeInUse)
  const [first] = items
  return (
    <ConfirmDialog
      title={one && first !== undefined ? `Log out ${whoOf(first)} at Telegram?` : title}
      width={560}
      verb={one && first !== undefined ? `Log out ${whoOf(first)}` : `Log out ${formatCount(summary.ready)}`}
      ready={summary.ready > 0}
      busy={busy}
      error={error}
      {...(!one && { consent: { kind: 'type', word: WORD } as const })}
      onConfirm={start}
      onClose={onClose}
    >
      {settings !== null && <OverrideNotice overrides={settings.dcOverrides} />}
      {one && first !== undefined ? <OneFacts item={first} /> : <ManyFacts items={items} summary={summary} />}
      {items.some((item) => item.refused === null && endedAs(item) === null) && (
        <Notice kind="warning">
          <strong>This cannot be undone.</strong> Every copy of {one ? 'the key' : 'each key'} stops working, also where
          Session Deck does not see it. To use {one ? 'the account' : 'an account'} again, sign in anew.
        </Notice>
      )}
      {summary.inUse > 0 && (
        <Checkbox
          label={one ? 'Log out although it is in use' : `Also the ${formatCount(summary.inUse)} in use`}
          description="Better stop the program first: it would go on for a moment and then fail."
          checked={includeInUse}
          disabled={busy}
          onChange={(event) => setIncludeInUse(event.currentTarget.checked)}
        />
      )}
      {summary.ready + summary.inUse > 0 && (
        <Checkbox
          label={
            one
              ? 'Also delete the session once Telegram has confirmed'
              : 'Also delete each session once Telegram has confirmed'
          }
          description="It moves to the trash for 30 days. Where the answer stays in doubt, nothing is deleted."
          checked={thenDelete}
          disabled={busy}
          onChange={(event) => setThenDelete(event.currentTarget.checked)}
        />
      )}
    </ConfirmDialog>
  )
}

function Loading() {
  return (
    <div className="revoke-loading" aria-busy="true" aria-label="Looking at the sessions">
      {[58, 70, 44].map((width) => (
        <span key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  )
}
