import type { Device } from '../../../shared/contract/telegram.ts'
import { safeText } from '../../lib/safe-text.ts'

/** What its owner would call it: "iPhone 15", else its program. */
export function deviceName({ deviceModel, appName }: Pick<Device, 'deviceModel' | 'appName'>): string {
  return safeText(deviceModel.trim() || appName.trim() || 'Unnamed device', 80)
}

/** "Telegram Desktop 5.6.3 · Windows 11": the program, and what it runs on. */
export function deviceProgram({
  appName,
  appVersion,
  platform,
  systemVersion,
}: Pick<Device, 'appName' | 'appVersion' | 'platform' | 'systemVersion'>): string {
  const system = systemVersion.toLowerCase().startsWith(platform.toLowerCase())
    ? systemVersion
    : `${platform} ${systemVersion}`
  return joined(' · ', `${appName} ${appVersion}`, system)
}

/** "Lisbon, Portugal", as Telegram guesses it from the address; '' where it does not. */
export function devicePlace({ region, country }: Pick<Device, 'region' | 'country'>): string {
  return joined(', ', region, country)
}

function joined(separator: string, ...parts: readonly string[]): string {
  return parts
    .map((part) => safeText(part.trim(), 80))
    .filter((part) => part !== '')
    .join(separator)
}

/** The asking one first, the others by when they were active last. */
export function inOrder(devices: readonly Device[]): readonly Device[] {
  return devices.toSorted((a, b) => Number(b.current) - Number(a.current) || b.activeAt - a.activeAt)
}

/** Marks beside the name: short, with a whole sentence for the tooltip. */
export function deviceMarks(
  device: Pick<Device, 'officialApp' | 'passwordPending' | 'unconfirmed'>,
): readonly { kind: 'plain' | 'warn'; label: string; meaning: string }[] {
  return [
    ...(device.officialApp
      ? [{ kind: 'plain' as const, label: 'Official app', meaning: 'Telegram knows it as an app of its own.' }]
      : []),
    ...(device.passwordPending
      ? [
          {
            kind: 'warn' as const,
            label: 'Password missing',
            meaning: 'The code was right, but the password of two-step verification was not given yet.',
          },
        ]
      : []),
    ...(device.unconfirmed
      ? [
          {
            kind: 'warn' as const,
            label: 'Unconfirmed',
            meaning: 'Telegram has asked the owner whether this login is theirs, and got no answer yet.',
          },
        ]
      : []),
  ]
}
