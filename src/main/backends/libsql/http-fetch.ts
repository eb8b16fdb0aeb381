import { Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import type { StoreLocation } from '../store.ts'

export interface HttpFetch {
  readonly fetch: (request: Request) => Promise<Response>
  close(): void
}

/**
 * What the client needs of `fetch`, with what that of Node lacks: an authority of one's own, TLS without a check, and time
 * limits. No proxy, no redirect: the token goes to the named server alone.
 */
export function httpFetch(
  tls: StoreLocation['tls'],
  limits: { readonly signal: AbortSignal; readonly connectTimeoutMs: number; readonly commandTimeoutMs: number },
): HttpFetch {
  const checks = { rejectUnauthorized: tls.mode !== 'any', ...(tls.ca === '' ? {} : { ca: tls.ca }) }
  const plain = new PlainAgent({ keepAlive: true, timeout: limits.connectTimeoutMs })
  const secure = new TlsAgent({ keepAlive: true, timeout: limits.connectTimeoutMs, ...checks })
  return {
    async fetch(asked) {
      const url = new URL(asked.url)
      const body = Buffer.from(await asked.arrayBuffer())
      const headers = { ...Object.fromEntries(asked.headers), 'content-length': String(body.byteLength) }
      const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(limits.commandTimeoutMs)])
      const options = { method: asked.method, headers, signal }
      return await new Promise<Response>((resolve, reject) => {
        const request =
          url.protocol === 'https:'
            ? tlsRequest(url, { ...options, agent: secure, ...checks })
            : plainRequest(url, { ...options, agent: plain })
        request.on('error', reject)
        request.on('response', (response) => {
          const chunks: Buffer[] = []
          response.on('error', reject)
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            const status = response.statusCode ?? 500
            const isBodiless = status === 204 || status === 304
            const answered = isBodiless ? null : new Uint8Array(Buffer.concat(chunks))
            const type = response.headers['content-type']
            resolve(
              new Response(answered, { status, ...(type === undefined ? {} : { headers: { 'content-type': type } }) }),
            )
          })
        })
        request.end(body)
      })
    },
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}
