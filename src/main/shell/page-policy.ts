import { randomBytes } from 'node:crypto'

/** Put into the built page by the renderer's build (`html.cspNonce`); replaced in every answer. */
const NONCE_MARK = '__CSP_NONCE__'

/**
 * What the page may do. The nonce is for the style elements that the UI kit makes; scripts come from files alone.
 * `socket` is the WebSocket origin of the headless shell: not every browser counts it under 'self'.
 */
function contentPolicy(nonce: string, socket: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${socket === null ? '' : ` ${socket}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Headers of every answer, and the page with its fresh nonce in it. */
export function protectPage(
  file: { bytes: Uint8Array; contentType: string },
  socket: string | null,
): { headers: Record<string, string>; body: Uint8Array } {
  const nonce = randomBytes(16).toString('base64')
  const isPage = file.contentType.startsWith('text/html')
  const body = isPage ? Buffer.from(Buffer.from(file.bytes).toString('utf8').replaceAll(NONCE_MARK, nonce)) : file.bytes
  const headers = { ...baseHeaders(nonce, socket), 'content-type': file.contentType }
  return { headers, body }
}

/** Headers of answers that are no page: refusals, transfers. */
export function baseHeaders(nonce = randomBytes(16).toString('base64'), socket: string | null = null) {
  return {
    'content-security-policy': contentPolicy(nonce, socket),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=()',
    'cache-control': 'no-store',
  }
}
