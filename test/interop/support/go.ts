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
  const hash = createHash('sha256')
  for (const name of readdirSync(SOURCE).toSorted()) hash.update(name).update(readFileSync(join(SOURCE, name)))
  const folder = await cached(`go-${hash.digest('hex').slice(0, 16)}`, async (into) => {
    await run('go', ['build', '-mod=readonly', '-o', join(into, 'interop'), '.'], { cwd: SOURCE, timeoutMs: 900_000 })
  })
  return async (action, kind, path, options) =>
    JSON.parse(await run(join(folder, 'interop'), [action, kind, path], options)) as GoReport
}
