import type { WebFrameMain } from 'electron'

export const APP_SCHEME = 'app'
const APP_HOST = 'session-deck'
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/`

/** Tells the window's own page from anything else. `devServer` is where `npm run dev` serves it, null otherwise. */
export function isOwnUrl(url: string, devServer: string | null): boolean {
  const parsed = URL.parse(url)
  if (parsed === null) return false
  if (devServer !== null && parsed.origin === new URL(devServer).origin) return true
  // Node gives custom schemes the origin 'null', so the parts are compared.
  return parsed.protocol === `${APP_SCHEME}:` && parsed.host === APP_HOST
}

/** A message counts only from the window's main frame while it shows our own page. */
export function isOwnFrame(frame: WebFrameMain | null, devServer: string | null): boolean {
  return frame !== null && frame.parent === null && isOwnUrl(frame.url, devServer)
}
