import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Ports } from '../../../src/main/ports.ts'
import { startNodeProcess } from '../../../src/main/shell/node-process.ts'

/** What a library gets in tests: its folders below `base`, a keychain that turns bytes round, no log. */
export function libraryPorts(base: string, change: Partial<Ports> = {}): Ports {
  const turned = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes).toReversed()
  return {
    shell: 'headless',
    version: '0.0.0',
    demo: false,
    paths: { data: join(base, 'data'), scratch: join(base, 'scratch'), home: base, code: join(base, 'none') },
    clock: { now: () => Date.now() },
    randomBytes: (byteLength) => new Uint8Array(randomBytes(byteLength)),
    keychain: { seal: turned, open: turned },
    fileGate: null,
    clipboard: null,
    setContentProtection: () => undefined,
    showInFolder: null,
    transfers: null,
    startProcess: startNodeProcess,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    ...change,
  }
}
