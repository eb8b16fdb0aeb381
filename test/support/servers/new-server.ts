import { join } from 'node:path'
import { type Certificate, makeCertificate } from './certificate.ts'
import { freePort, serverFolder } from './process.ts'

export interface NewServerOptions {
  readonly tls?: boolean
  readonly subjectAltName?: string
}

/** What a database server is made of before it starts. */
interface NewServer {
  readonly port: number
  readonly folder: string
  /** Within the folder; not made yet. */
  readonly data: string
  readonly password: string
  readonly certificate: Certificate | null
}

export async function newServer(name: string, { tls, subjectAltName }: NewServerOptions): Promise<NewServer> {
  const port = await freePort()
  const folder = serverFolder(name)
  const certificate = tls ? makeCertificate(folder, subjectAltName) : null
  return { port, folder, data: join(folder, 'data'), password: crypto.randomUUID(), certificate }
}
