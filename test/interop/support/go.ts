import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached, run, type RunOptions } from './run.ts'

const SOURCE = new URL('../go/', import.meta.url).pathname

/** What the program of `test/interop/go` says of a session. */
export interface GoReport {
  readonly keyId: string
  readonly dc: number
  readonly addr: string
  /** A signed number of 64 bits. */
  readonly salt: string
  readonly testMode: boolean
  readonly userId: string
  readonly apiId: number
  readonly otherKeys?: Readonly<Record<string, string>>
  readonly options?: readonly {
    readonly id: number
    readonly ip: string
    readonly port: number
    readonly flags: number
  }[]
  readonly accounts?: readonly GoReport[]
  /** What the library would complain of when it connects. */
  readonly extra?: Readonly<Record<string, string>>
}

export type GoProgram = (
  action: 'read' | 'write',
  kind: string,
  path: string,
  options?: RunOptions,
) => Promise<GoReport>

/** Builds the program once for each state of its source. @throws Unavailable without Go or its packages */
export async function goProgram(): Promise<GoProgram> {
  const program = await goBinary(SOURCE)
  return async (action, kind, path, options) =>
    JSON.parse(await run(program, [action, kind, path], options)) as GoReport
}

/** The program of a folder with a Go module, built once for each state of it. @throws Unavailable */
export async function goBinary(source: string): Promise<string> {
  const hash = createHash('sha256')
  for (const name of readdirSync(source).toSorted()) hash.update(name).update(readFileSync(join(source, name)))
  const folder = await cached(`go-${hash.digest('hex').slice(0, 16)}`, async (into) => {
    await run('go', ['build', '-mod=readonly', '-o', join(into, 'interop'), '.'], { cwd: source, timeoutMs: 900_000 })
  })
  return join(folder, 'interop')
}
