import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { Device, Devices } from '../../../shared/contract/telegram.ts'
import type { CallError } from '../../api/errors.ts'
import { openDialog } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { fromWhen } from '../../lib/dates.ts'
import { loginAsked } from '../../lib/login-words.ts'
import { plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ReasonButton } from '../../ui/reason-button.tsx'
import { TimeAgo, useNow } from '../../ui/time-ago.tsx'
import { DeviceRow } from './device-row.tsx'
import { deviceName, inOrder } from './device-words.ts'
import { EndDeviceDialog, isInUse, telling } from './end-device-dialog.tsx'
import { EndOthersDialog, type EndOthersPlan } from './end-others-dialog.tsx'

interface Props {
  sessionRef: Ref
  name: string
  /** As it was first told. */
  list: Devices
  includeInUse: boolean
  onClose: () => void
}

type Question = { kind: 'one'; device: Device } | { kind: 'all'; plan: EndOthersPlan }
/** What came of the last thing that was ended. */
type Done = { kind: 'one'; name: string } | { kind: 'all'; refs: readonly Ref[] }

/** The list, and the ways to end what is in it. */
export function ListStep({ sessionRef, name, list: first, includeInUse: insisted, onClose }: Props) {
  const [list, setList] = useState(first)
  const [question, setQuestion] = useState<Question | null>(null)
  const [done, setDone] = useState<Done | null>(null)
  const [includeInUse, setIncludeInUse] = useState(insisted)
  const { busy, error, run } = useAttempt()
  const now = useNow()
  const devices = inOrder(list.devices)
  const others = devices.filter(({ current }) => !current)
  const opensMs = list.mayEndFrom === null ? null : list.mayEndFrom * 1000
  const tooEarly =
    opensMs === null || opensMs <= now ? null : `This login may end others from ${fromWhen(opensMs, now)}.`

  const refresh = () =>
    run(async () => {
      await telling(refused, async () => setList(await api().telegram.devices({ ref: sessionRef, includeInUse })))
      setDone(null)
    })
  const askAll = () =>
    run(async () => setQuestion({ kind: 'all', plan: await api().telegram.planEndOthers({ ref: sessionRef }) }))
  function refused(why: CallError) {
    if (why.code === 'telegram.too-fresh') setList({ ...list, mayEndFrom: why.details.until })
    // It was said: the next press means it.
    if (why.code === 'telegram.in-use') setIncludeInUse(true)
  }
  const ended = (now: Devices, what: Done) => {
    setList(now)
    setDone(what)
    setQuestion(null)
  }
  const questionProps = {
    sessionRef,
    includeInUse,
    onRefused: refused,
    onClose: () => setQuestion(null),
  }

  return (
    <DialogFrame
      title={`Devices of “${safeText(name, 60)}”`}
      subtitle={
        <>
          {accountWords(list)} <TimeAgo atMs={list.login.atMs} long />, {loginAsked(list.login)}
        </>
      }
      width={720}
      onClose={onClose}
      end={
        <>
          {others.length > 0 && (
            <span className="push-left">
              <ReasonButton variant="default" c="var(--bad-text)" reason={tooEarly} onClick={askAll}>
                End all other devices…
              </ReasonButton>
            </span>
          )}
          <Button variant="default" loading={busy} onClick={refresh}>
            {isInUse(error) ? 'Ask all the same' : 'Ask again'}
          </Button>
          <Button onClick={onClose} data-autofocus>
            Done
          </Button>
        </>
      }
    >
      <div className="stack">
        {tooEarly !== null && others.length > 0 && (
          <Notice>
            <strong>{tooEarly}</strong> Telegram allows it 24 hours after a login was made. An older session of the
            account may end them now.
          </Notice>
        )}
        {error !== null && <ErrorNotice error={error} />}
        <div role="status" className="devices-done">
          {done !== null && <DoneNotice done={done} />}
        </div>
        <ul className="devices" aria-label="Devices">
          {devices.map((device) => (
            <DeviceRow
              key={device.hash}
              device={device}
              end={
                device.current ? (
                  <Button variant="default" onClick={() => openDialog('revoke', { refs: [sessionRef] })}>
                    Log out…
                  </Button>
                ) : (
                  <ReasonButton
                    variant="default"
                    c="var(--bad-text)"
                    aria-label={`End ${deviceName(device)}`}
                    reason={tooEarly}
                    onClick={() => setQuestion({ kind: 'one', device })}
                  >
                    End…
                  </ReasonButton>
                )
              }
            />
          ))}
        </ul>
        <p className="dim small">
          {plural(devices.length, 'login')}. Telegram ends those that nobody uses for {plural(list.ttlDays, 'day')}. It
          does not tell which of them is which of your sessions: only the one that asked is certain.
        </p>
      </div>
      {question?.kind === 'one' && (
        <EndDeviceDialog
          {...questionProps}
          device={question.device}
          onEnded={(after) => ended(after, { kind: 'one', name: deviceName(question.device) })}
        />
      )}
      {question?.kind === 'all' && (
        <EndOthersDialog
          {...questionProps}
          plan={question.plan}
          onEnded={(after) => ended(after, { kind: 'all', refs: question.plan.sessions.map(({ ref }) => ref) })}
        />
      )}
    </DialogFrame>
  )
}

function DoneNotice({ done }: { done: Done }) {
  if (done.kind === 'one') {
    return (
      <Notice>
        <strong>Ended “{done.name}”.</strong> Its session answers as ended when it is checked the next time.
      </Notice>
    )
  }
  const { refs } = done
  return (
    <Notice
      actions={
        refs.length > 0 && (
          <button type="button" className="link" onClick={() => openDialog('check', { refs, again: true })}>
            {refs.length === 1 ? 'Check this session…' : 'Check these sessions…'}
          </button>
        )
      }
    >
      <strong>All other devices were ended.</strong>{' '}
      {refs.length === 0
        ? 'No other session of the account is known here.'
        : `${plural(refs.length, 'other session')} of the account ${refs.length === 1 ? 'is' : 'are'} known here: a check tells what became of ${refs.length === 1 ? 'it' : 'them'}.`}
    </Notice>
  )
}

function accountWords({ login: { account } }: Devices): string {
  if (account === null) return 'Asked'
  const { name, username, id } = account
  return [safeText(name, 60), username === null ? id : `@${safeText(username, 40)}`, 'asked']
    .filter(Boolean)
    .join(' · ')
}
