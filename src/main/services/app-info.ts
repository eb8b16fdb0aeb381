import type { AppInfo, Protection as ProtectionView } from '../../shared/contract/app.ts'
import type { Ports } from '../ports.ts'
import type { Protection } from '../sources/interfaces.ts'
import { LOCK_AFTER_SECONDS } from './idle-lock.ts'

export function protectionView(protection: Protection): ProtectionView {
  const { state, kind } = protection.state()
  return { state, kind, lockAfterSeconds: LOCK_AFTER_SECONDS }
}

export function appInfo(ports: Ports, protection: Protection): AppInfo {
  return {
    name: 'Session Deck',
    version: ports.version,
    shell: ports.shell === 'electron' ? 'electron' : 'headless',
    platform: process.platform,
    demo: ports.demo,
    fileDialogs: ports.fileGate ? 'native' : 'typed',
    clipboard: ports.clipboard ? 'main' : 'page',
    home: ports.paths.home,
    protection: protectionView(protection),
  }
}
