import type { Ref } from '../../../shared/contract/common.ts'
import type { Device, Devices } from '../../../shared/contract/telegram.ts'
import { type CallError, errorOf } from '../../api/errors.ts'
import { api } from '../../lib/client.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { deviceName, devicePlace, deviceProgram } from './device-words.ts'

export interface EndProps {
  /** Of the session that asks. */
  sessionRef: Ref
  includeInUse: boolean
  /** Why nothing was ended, where the list behind has to know. */
  onRefused: (error: CallError) => void
  /** With the list as it is then. */
  onEnded: (list: Devices) => void
  onClose: () => void
}

/** Asks before one other login of the account is ended. */
export function EndDeviceDialog({
  sessionRef,
  includeInUse,
  device,
  onRefused,
  onEnded,
  onClose,
}: EndProps & { device: Device }) {
  const { busy, error, run } = useAttempt()
  const end = () =>
    run(() =>
      telling(onRefused, async () =>
        onEnded(await api().telegram.endDevice({ ref: sessionRef, hash: device.hash, confirmed: true, includeInUse })),
      ),
    )
  const about = [deviceProgram(device), devicePlace(device)].filter((part) => part !== '').join(' · ')
  return (
    <ConfirmDialog
      title={`End “${deviceName(device)}”?`}
      subtitle={about === '' ? undefined : <bdi>{about}</bdi>}
      verb={isInUse(error) ? 'End it all the same' : 'End it'}
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

/** Runs what ends logins, and tells the list behind why it did not. @throws what `what` throws */
export async function telling(onRefused: EndProps['onRefused'], what: () => Promise<void>): Promise<void> {
  try {
    await what()
  } catch (thrown) {
    onRefused(errorOf(thrown))
    throw thrown
  }
}

/** A program has the session open. It was said: who presses the button again means it. */
export function isInUse(error: unknown): boolean {
  return error !== null && errorOf(error).code === 'telegram.in-use'
}
