import './new-session.css'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { AppFirst } from '../../app/app-first.tsx'
import type { DialogProps } from '../../app/dialogs.ts'
import { needsApp, useTelegram } from '../../app/telegram.ts'
import { BotsStep } from './bots-step.tsx'
import { createBotsRun } from './bots-run.ts'
import { FormStep } from './form-step.tsx'
import { createLoginRun } from './login-run.ts'
import { LoginStep } from './login-step.tsx'
import { MadeStep } from './made-step.tsx'
import { newSessionForm } from './new-session-form.ts'

/** Signs in at Telegram anew, and puts the session where it is wanted. Closing it ends what is under way. */
export function NewSessionDialog({ method = 'qr', onClose }: DialogProps<'new-session'>) {
  const settings = useTelegram((state) => state.settings)
  const [form, setForm] = useState(() => newSessionForm(method))
  const [login] = useState(createLoginRun)
  const [bots] = useState(createBotsRun)
  const stage = useStore(login, (run) => run.stage)
  const phase = useStore(bots, (run) => run.phase)
  useEffect(
    () => () => {
      login.getState().stop()
      bots.getState().stop()
    },
    [login, bots],
  )

  if (needsApp({ settings })) {
    return <AppFirst title="Before the first login: an API id" onClose={onClose} />
  }
  if (stage?.kind === 'made') {
    return (
      <MadeStep
        saved={stage.saved}
        placement={form.placement}
        onAgain={() => login.getState().stop()}
        onClose={onClose}
      />
    )
  }
  if (stage !== null) {
    return (
      <LoginStep
        run={login}
        stage={stage}
        phone={form.phone}
        onOther={(other) => {
          login.getState().stop()
          setForm({ ...form, method: other })
        }}
        onClose={onClose}
      />
    )
  }
  if (phase === 'running' || phase === 'done') return <BotsStep run={bots} form={form} onClose={onClose} />
  return <FormStep form={form} settings={settings} login={login} bots={bots} onChange={setForm} onClose={onClose} />
}
