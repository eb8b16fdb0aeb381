import type { Protection } from '../../../shared/contract/app.ts'
import { useAppData } from '../../app/app-data.ts'
import { loadEverything } from '../../app/load.ts'
import { api } from '../../lib/client.ts'

export const MIN_PASSPHRASE_CHARS = 8

export async function setUp(passphrase: string): Promise<void> {
  changed(await api().app.protect({ passphrase }))
}

/** `null` where the keychain opens the vault. @throws passcode.wrong */
export async function unlock(passphrase: string | null): Promise<void> {
  changed(await api().app.unlock({ passphrase }))
}

/** The live event says the same, before or after: whichever comes first loads the window again. */
function changed(protection: Protection): void {
  const before = useAppData.getState().protection
  useAppData.setState({ protection })
  if (before?.state === 'locked' && protection.state === 'unlocked') loadEverything()
}
