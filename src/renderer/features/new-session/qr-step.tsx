import { useEffect, useState } from 'react'
import { formatCountdown } from '../../lib/dates.ts'
import { LoginFrame } from './login-frame.tsx'
import { QrCode } from './qr-code.tsx'

interface Props {
  link: string
  expiresAtMs: number
  onBack: () => void
  /** Goes on with the phone number instead. */
  onPhone: () => void
  onClose: () => void
}

/** The code to scan, how that is done, and how long it is good for. */
export function QrStep({ link, expiresAtMs, onBack, onPhone, onClose }: Props) {
  const leftMs = useTimeLeft(expiresAtMs)
  return (
    <LoginFrame
      subtitle="Scan the code with a phone that is signed in to the account."
      onBack={onBack}
      onClose={onClose}
    >
      <div className="qr">
        <div className="qr-box">
          <QrCode text={link} label="QR code for signing in, to be scanned with Telegram on a phone" />
        </div>
        <div className="stack">
          <ol className="qr-steps">
            <li>Open Telegram on the phone.</li>
            <li>
              Go to <strong>Settings → Devices → Link Desktop Device</strong>.
            </li>
            <li>Point the camera at this code, and confirm.</li>
          </ol>
          <p className="dim" role="status">
            Waiting for the scan. The code is renewed by itself.
          </p>
          <p className="dim" role="timer" aria-live="off">
            {leftMs > 0 ? `New code in ${formatCountdown(leftMs)}` : 'Getting a new code…'}
          </p>
          <p>
            <button type="button" className="link" onClick={onPhone}>
              Sign in by phone number instead
            </button>
          </p>
        </div>
      </div>
    </LoginFrame>
  )
}

/** Milliseconds until then, looked at twice a second; not below 0. */
function useTimeLeft(untilMs: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, untilMs - now)
}
