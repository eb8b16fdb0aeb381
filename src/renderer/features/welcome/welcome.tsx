import './welcome.css'
import { IconClipboardText, IconFolderPlus, IconSparkles } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { addSamples } from '../../app/actions.ts'
import { changeSettings } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'

/** The first run: three ways to see something. */
export function Welcome() {
  const start = (run: () => void) => () => {
    void changeSettings({ welcomed: true })
    run()
  }
  return (
    <section className="welcome" aria-labelledby="welcome-title">
      <div className="welcome-inner">
        <h1 id="welcome-title">See every Telegram login you own</h1>
        <p>
          Sessions of Telethon, Pyrogram, GramJS, mtcute, Telegram Desktop and a dozen more, side by side: which
          account, which data centre, which peers, and which copies. Reading changes nothing, and Telegram is not
          contacted.
        </p>
        <div className="welcome-choices">
          <Choice
            icon={<IconFolderPlus size={22} stroke={1.5} aria-hidden />}
            title="Add a folder"
            text="Finds the sessions in it and keeps watching."
            onClick={start(() => openDialog('add-source'))}
          />
          <Choice
            icon={<IconClipboardText size={22} stroke={1.5} aria-hidden />}
            title="Paste a string"
            text="One or many; the library is recognised."
            onClick={start(() => openDialog('import'))}
          />
          <Choice
            icon={<IconSparkles size={22} stroke={1.5} aria-hidden />}
            title="Look around"
            text="With made-up sessions of every format."
            onClick={start(() => void addSamples())}
          />
        </div>
        <p className="faint small">
          Or drop files and folders anywhere on this window, or{' '}
          <button type="button" className="link" onClick={start(() => openDialog('new-session', {}))}>
            sign in at Telegram anew
          </button>
          .
        </p>
      </div>
    </section>
  )
}

interface ChoiceProps {
  icon: ReactNode
  title: string
  text: string
  onClick: () => void
}

function Choice({ icon, title, text, onClick }: ChoiceProps) {
  return (
    <button type="button" className="welcome-choice" onClick={onClick}>
      {icon}
      <strong>{title}</strong>
      <span>{text}</span>
    </button>
  )
}
