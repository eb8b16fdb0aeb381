import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface ServeArguments {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Further host names under which the page may be reached (besides loopback and the bound address). */
  readonly allowedHosts: readonly string[]
  /** Null: the same folder as the Electron app. */
  readonly root: string | null
  /** Null: when there is a browser. */
  readonly open: boolean | null
  readonly demo: boolean
  /** Files and folders to open. */
  readonly paths: readonly string[]
}

export const SERVE_HELP = `Opens Session Deck in a browser.

  --port N           port to listen on (default: any free one)
  --host ADDRESS     address to listen on (default: 127.0.0.1, this computer alone)
  --allow-host NAME  a further host name by which browsers reach this computer
  --data DIR         where the app keeps its own data
  --open, --no-open  open a browser, or do not (default: when there is one)
  --demo             a generated sample library in a temporary folder
  --help             this text
`

/** Wrong use of the command line: `message` is a sentence for the person. */
export class UsageError extends Error {}

/** @throws UsageError. Answers null when help was asked for. */
export function parseServeArguments(argv: readonly string[], workingFolder = process.cwd()): ServeArguments | null {
  const { values, positionals } = parse(argv)
  if (values.help) return null
  return {
    host: values.host,
    port: parsePort(values.port),
    allowedHosts: values['allow-host'],
    root: values.data === undefined ? null : resolve(workingFolder, values.data),
    open: values.open ?? null,
    demo: values.demo,
    paths: positionals.map((path) => resolve(workingFolder, path)),
  }
}

/** True for addresses that only this computer reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      allowNegative: true,
      options: {
        port: { type: 'string', default: '0' },
        host: { type: 'string', default: '127.0.0.1' },
        'allow-host': { type: 'string', multiple: true, default: [] },
        data: { type: 'string' },
        open: { type: 'boolean' },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : 'wrong arguments', { cause })
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new UsageError('--port takes a number from 0 to 65535')
  return port
}
