import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sqliteBytes } from '../backends/sqlite.ts'
import type { Session } from '../domain/session.ts'
import type { TablesFormat } from '../formats/format.ts'
import { sampleSession } from './sample-session.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Damage as scripts and panels do it to a sound file: what "Examine and repair" is for. */
interface OddTables {
  readonly name: string
  readonly formatId: string
  readonly variant: string
  readonly statements: readonly string[]
}

const ODD_TABLES: readonly OddTables[] = [
  {
    name: 'from_a_panel_bot',
    formatId: 'telethon.sqlite',
    variant: '7',
    statements: ['CREATE TABLE panel_notes (id INTEGER PRIMARY KEY, note TEXT)'],
  },
  {
    name: 'patched_by_hand_bot',
    formatId: 'telethon.sqlite',
    variant: '7',
    statements: ['ALTER TABLE entities ADD COLUMN last_seen INTEGER'],
  },
  {
    name: 'forum_fix_bot',
    formatId: 'telethon.sqlite',
    variant: '8',
    statements: [
      'ALTER TABLE sessions RENAME TO before',
      'CREATE TABLE sessions (dc_id integer primary key, server_address text, port integer, auth_key blob, tmp_auth_key blob, takeout_id integer)',
      'INSERT INTO sessions SELECT dc_id, server_address, port, auth_key, tmp_auth_key, takeout_id FROM before',
      'DROP TABLE before',
    ],
  },
  {
    name: 'lost_a_table_bot',
    formatId: 'telethon.sqlite',
    variant: '7',
    statements: ['DROP TABLE sent_files'],
  },
  {
    name: 'wrong_number_bot',
    formatId: 'telethon.sqlite',
    variant: '7',
    statements: ['UPDATE version SET version = 5'],
  },
  {
    name: 'half_upgraded_bot',
    formatId: 'pyrogram.sqlite',
    variant: 'K7',
    statements: ['DROP TABLE update_state'],
  },
]

/** Writes files that can be read and should be repaired. */
export async function writeOddTables(
  folder: string,
  formats: readonly TablesFormat[],
  random: SeededRandom,
  nowSeconds: number,
  onSession: (session: Session, name: string) => void,
): Promise<void> {
  const inbox = join(folder, 'inbox')
  await mkdir(inbox, { recursive: true, mode: 0o700 })
  for (const { name, formatId, variant, statements } of ODD_TABLES) {
    const format = formats.find(({ id }) => id === formatId)
    const wish = { name, isBot: true, peers: random.between(20, 300), loggedIn: true }
    const session = { ...sampleSession(random, wish, nowSeconds), test: false }
    onSession(session, name)
    const bytes = await sqliteBytes(async (tables) => {
      await format?.write?.(tables, '', session, { variant, options: new Map(), nowSeconds })
      for (const statement of statements) await tables.run(statement)
    })
    await writeFile(join(inbox, `${name}${format?.extension ?? ''}`), bytes, { mode: 0o600 })
  }
}
