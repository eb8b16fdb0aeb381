import { IconDeviceDesktop, IconDeviceMobile, IconTerminal2 } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Device } from '../../../shared/contract/telegram.ts'
import { formatDateTime } from '../../lib/dates.ts'
import { safeText } from '../../lib/safe-text.ts'
import { Badge } from '../../ui/badge.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { deviceMarks, deviceName, devicePlace, deviceProgram } from './device-words.ts'

/** One login of the account: what it is, where it is, since when, and the way to end it. */
export function DeviceRow({ device, end }: { device: Device; end: ReactNode }) {
  const place = devicePlace(device)
  const program = deviceProgram(device)
  return (
    <li className="device" data-current={device.current || undefined}>
      <DeviceIcon device={device} />
      <div className="device-facts">
        <div className="device-name">
          <SafeText text={device.deviceModel.trim() || deviceName(device)} className="ellipsis" maxChars={80} />
          {device.current && <span className="chip chip-on">This session</span>}
          {deviceMarks(device).map(({ kind, label, meaning }) => (
            <Badge key={label} kind={kind} title={meaning}>
              {label}
            </Badge>
          ))}
        </div>
        {program !== '' && (
          <div className="dim" title={`API id ${device.apiId}`}>
            <bdi>{program}</bdi>
          </div>
        )}
        <div className="dim small">
          {place !== '' && <bdi>{place}</bdi>}
          {place !== '' && device.ip !== '' && ' · '}
          {device.ip !== '' && <span className="mono">{safeText(device.ip, 60)}</span>}
        </div>
      </div>
      <div className="device-times small">
        <div>
          {device.current ? (
            'Active now'
          ) : (
            <>
              Active <TimeAgo atMs={device.activeAt * 1000} long />
            </>
          )}
        </div>
        <div className="dim" title={formatDateTime(device.createdAt * 1000)}>
          Signed in <TimeAgo atMs={device.createdAt * 1000} long />
        </div>
      </div>
      {end}
    </li>
  )
}

const PHONES = /ios|android|iphone|ipad/i
const COMPUTERS = /windows|macos|desktop|mac os|web|browser/i

/** A guess from its words, for the eye alone. */
function DeviceIcon({ device: { platform, systemVersion, appName } }: { device: Device }) {
  const words = `${platform} ${systemVersion} ${appName}`
  const Icon = PHONES.test(words) ? IconDeviceMobile : COMPUTERS.test(words) ? IconDeviceDesktop : IconTerminal2
  return <Icon size={20} stroke={1.5} className="device-icon" aria-hidden />
}
