import { EventEmitter } from 'node:events'
import { protocol } from './protocol.ts'
import { needReady } from './state.ts'

type PermissionRequest = (contents: unknown, permission: string, callback: (granted: boolean) => void) => void
type BeforeRequest = (details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void

/** Keeps what the program installs, for tests to ask. Without a handler everything is allowed, as in Electron. */
class Session extends EventEmitter {
  readonly protocol = protocol
  permissionRequest: PermissionRequest = (_contents, _permission, callback) => callback(true)
  permissionCheck: (contents: unknown, permission: string, origin: string) => boolean = () => true
  devicePermission: (details: object) => boolean = () => false
  beforeRequest: BeforeRequest = (_details, callback) => callback({})

  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest): void => {
      this.beforeRequest = listener
    },
  }

  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.permissionRequest = handler
  }

  setPermissionCheckHandler(handler: Session['permissionCheck']): void {
    this.permissionCheck = handler
  }

  setDevicePermissionHandler(handler: Session['devicePermission']): void {
    this.devicePermission = handler
  }
}

export const defaultSession = new Session()

export const session = {
  get defaultSession(): Session {
    needReady('session.defaultSession')
    return defaultSession
  },
}
