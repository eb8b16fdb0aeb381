import type { Ref } from '../../../shared/contract/common.ts'
import type { Device, Devices } from '../../../shared/contract/telegram.ts'
import { errorOf } from '../../api/errors.ts'
import { api } from '../../lib/client.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { deviceName, devicePlace, deviceProgram } from './device-words.ts'

export interface EndProps {
  /** Of the session that asks. */
  sessionRef: Ref
  includeInUse: boolean
  /** Telegram refused because the asking login is too young; Unix seconds from which it may. */
  onTooEarly: (mayEndFrom: number) => void
  /** With the list as it is then. */
  onEnded: (list: Devices) => void
  onClose: () => void
}

/** Asks before one other login of the account is ended. */
export function EndDeviceDialog({
  sessionRef,
  includeInUse,
  device,
  onTooEarly,
  onEnded,
  onClose,
}: EndProps & { device: Device }) {
  const { busy, error, run } = useAttempt()
  const end = () =>
    run(() =>
      tellingTooEarly(onTooEarly, async () =>
        onEnded(await api().telegram.endDevice({ ref: sessionRef, hash: device.hash, confirmed: true, includeInUse })),
      ),
    )
  const about = [deviceProgram(device), devicePlace(device)].filter((part) => part !== '').join(' · ')
  return (
    <ConfirmDialog
      title={`End “${deviceName(device)}”?`}
      subtitle={about === '' ? undefined : <bdi>{about}</bdi>}
      verb="End it"
      busy={busy}
      error={error}
      onConfirm={end}
      onClose={onClose}
    >
      <p className="lead">
        Telegram signs it out at once, for good. Whoever uses it has to sign in again with a code; a program that works
        with its session stops.
      </p>
    </ConfirmDialog>
  )
}

/** Runs what ends logins, and tells the hour when Telegram says that it is too early. @throws what `what` throws */
export async function tellingTooEarly(onTooEarly: EndProps['onTooEarly'], what: () => Promise<void>): Promise<void> {
  try {
    await what()
  } catch (thrown) {
    const error = errorOf(thrown)
    if (error.code === 'telegram.too-fresh') onTooEarly(error.details.until)
    throw thrown
  }
}
