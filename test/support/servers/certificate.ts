import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { giveToServer, runAsServer } from './process.ts'

export interface Certificate {
  readonly certificateFile: string
  readonly keyFile: string
  /** PEM of the certificate, which is its own authority. */
  readonly ca: string
}

/** A self-signed certificate for the loopback address, made now: nothing of it is kept in the repository. */
export function makeCertificate(folder: string, subjectAltName = 'IP:127.0.0.1,DNS:localhost'): Certificate {
  const certificateFile = join(folder, 'server.crt')
  const keyFile = join(folder, 'server.key')
  const args = ['req', '-x509', '-nodes', '-days', '2', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const names = ['-subj', '/CN=test server', '-addext', `subjectAltName=${subjectAltName}`]
  runAsServer('openssl', [...args, ...names, '-keyout', keyFile, '-out', certificateFile], folder)
  giveToServer(certificateFile)
  giveToServer(keyFile)
  return { certificateFile, keyFile, ca: readFileSync(certificateFile, 'utf8') }
}
