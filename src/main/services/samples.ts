import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SampleOptions } from '../samples/write-sample-library.ts'
import type { Core } from './core.ts'

/** About as many as somebody with many bots has. */
const SESSIONS = 200
const SEED = 20_260_401

type Parts = Pick<Core, 'library' | 'ports'>

/** For `--demo`: whoever stands for Telegram hears of the sessions before they are in the list. */
export interface SampleHearer {
  readonly onSession: NonNullable<SampleOptions['onSession']>
  allMade(): Promise<void>
}

/** Makes the sample library in the data folder, once, and adds it as a source. Answers the source's id. */
export function addSampleLibrary(parts: Parts, hearer: SampleHearer | null = null): Promise<string> {
  const { library } = parts
  // Asked for twice at a time, it is made once.
  const pending = underWay.get(library) ?? makeAndAdd(parts, hearer).finally(() => underWay.delete(library))
  underWay.set(library, pending)
  return pending
}

const underWay = new WeakMap<Core['library'], Promise<string>>()

async function makeAndAdd({ library, ports }: Parts, hearer: SampleHearer | null): Promise<string> {
  const folder = join(ports.paths.data, 'samples')
  const isMade = existsSync(folder)
  if (!isMade || hearer) {
    // Beside its place until it is whole: what an interrupted start left behind is made anew.
    const partial = `${folder}.partial`
    await rm(partial, { recursive: true, force: true })
    // Only wanted here, and large: not part of every start.
    const { writeSampleLibrary } = await import('../samples/write-sample-library.ts')
    await writeSampleLibrary(partial, {
      sessions: SESSIONS,
      seed: SEED,
      ...(hearer && { onSession: hearer.onSession }),
    })
    // Made at an earlier start, it is only heard of again: one seed makes the same keys each time.
    if (isMade) await rm(partial, { recursive: true, force: true })
    else await rename(partial, folder)
  }
  await hearer?.allMade()
  const known = library.sources().find(({ path }) => path === folder)
  return (known ?? (await library.add(folder, 'Sample library'))).id
}
