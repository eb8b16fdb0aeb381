import { app, session, shell, type WebContents } from 'electron'
import { isOwnUrl } from './origin.ts'

/** Pages that the window links to; they open in the system's browser. */
const EXTERNAL_HOSTS = new Set(['core.telegram.org', 'my.telegram.org', 'docs.telethon.dev', 'docs.pyrogram.org'])

/** Denies what the window never needs: foreign pages, windows, frames, downloads, permissions, devices, networks. */
export function denyEverythingElse(devServer: string | null): void {
  const own = session.defaultSession
  own.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  own.setPermissionCheckHandler(() => false)
  own.setDevicePermissionHandler(() => false)
  own.on('will-download', (event) => event.preventDefault())
  own.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !mayRequest(details.url, devServer) }))
  app.on('web-contents-created', (_event, contents) => guardContents(contents, devServer))
}

function guardContents(contents: WebContents, devServer: string | null): void {
  contents.setWindowOpenHandler(({ url }) => {
    if (isExternal(url)) void shell.openExternal(url)
    return { action: 'deny' }
  })
  contents.on('will-navigate', (event) => {
    if (!isOwnUrl(event.url, devServer)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

function isExternal(url: string): boolean {
  const parsed = URL.parse(url)
  return parsed !== null && parsed.protocol === 'https:' && EXTERNAL_HOSTS.has(parsed.host)
}

function mayRequest(url: string, devServer: string | null): boolean {
  if (isOwnUrl(url, devServer)) return true
  const scheme = URL.parse(url)?.protocol
  if (scheme === 'ws:' && devServer !== null) return URL.parse(url)?.host === new URL(devServer).host
  return scheme === 'data:' || scheme === 'blob:' || scheme === 'devtools:'
}
