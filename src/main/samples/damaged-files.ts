import { Buffer } from 'node:buffer'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sqliteBytes } from '../backends/sqlite.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Files that claim to be sessions and are none, as they turn up in real folders. */
export async function writeDamagedFiles(folder: string, random: SeededRandom): Promise<void> {
  const inbox = join(folder, 'inbox')
  await mkdir(join(inbox, 'a folder.session'), { recursive: true, mode: 0o700 })
  const history = await sqliteBytes(async (tables) => {
    await tables.run('CREATE TABLE visits (id INTEGER PRIMARY KEY, place TEXT, at INTEGER)')
    const rows = Array.from({ length: 400 }, (_, row) => [BigInt(row), `place ${random.integer(1000)}`, 0n])
    await tables.runMany('INSERT INTO visits VALUES (?, ?, ?)', rows)
  })
  const files: readonly [name: string, bytes: Uint8Array][] = [
    ['empty.session', new Uint8Array()],
    ['half_copied.session', history.subarray(0, 6000)],
    ['noise.session', random.bytes(3000)],
    ['something_else.session', history],
    ['cut_off_string.txt', Buffer.from('1ApWapzMBu0SAMPLE-cut-off-before-its-end\n')],
  ]
  for (const [name, bytes] of files) await writeFile(join(inbox, name), bytes, { mode: 0o600 })
}
