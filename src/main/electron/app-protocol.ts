import { protocol } from 'electron'
import { readPageFile } from '../shell/page-files.ts'
import { baseHeaders, protectPage } from '../shell/page-policy.ts'
import { APP_SCHEME, isOwnUrl } from './origin.ts'

/** Has to run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the built window, and nothing outside its folder. */
export function serveAppScheme(pageFolder: string): void {
  protocol.handle(APP_SCHEME, async (request) => {
    const file =
      request.method === 'GET' && isOwnUrl(request.url, null)
        ? await readPageFile(pageFolder, new URL(request.url).pathname)
        : null
    if (file === null) return new Response('not found', { status: 404, headers: baseHeaders() })
    const { headers, body } = protectPage(file, null)
    return new Response(Buffer.from(body), { headers })
  })
}
