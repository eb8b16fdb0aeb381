import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session } from '../domain/session.ts'
import { encodeAccounts } from '../formats/tdesktop/write.ts'
import { sampleSession, type SampleWish } from './sample-session.ts'
import type { SeededRandom } from './seeded-random.ts'
import { writeFolder } from './write-folder.ts'

/** Opens the locked places of the sample library. Not a secret: it stands in a text beside them. */
export const SAMPLE_PASSCODE = 'open sesame'

interface DesktopFolder {
  readonly place: string
  readonly people: readonly string[]
  readonly passcode: string
}

const FOLDERS: readonly DesktopFolder[] = [
  {
    place: 'personal/Telegram Desktop/tdata',
    people: ['anna', 'second_account'],
    passcode: '',
  },
  { place: 'personal/AyuGram/tdata', people: ['jonas'], passcode: '' },
  { place: 'personal/old laptop/tdata', people: ['old_phone'], passcode: SAMPLE_PASSCODE },
]

const LOCKED_NOTE = `The folder tdata is locked with a local passcode, as Telegram Desktop locks it:

    ${SAMPLE_PASSCODE}
`

/** Folders of Telegram Desktop and a fork of it: two accounts in one, one locked. */
export async function writeDesktopFolders(
  folder: string,
  random: SeededRandom,
  nowSeconds: number,
  onSession: (session: Session, name: string) => void = () => {},
): Promise<void> {
  for (const { place, people, passcode } of FOLDERS) {
    const path = join(folder, ...place.split('/'))
    const sessions = people.map((name): Session => {
      const wish: SampleWish = { name, isBot: false, peers: 0, loggedIn: true }
      const session = sampleSession(random, wish, nowSeconds)
      onSession(session, name)
      return session
    })
    const options = new Map(passcode === '' ? [] : [['passcode', passcode]])
    const files = await encodeAccounts(sessions, { variant: '2', options, nowSeconds })
    await writeFolder(path, files)
    if (passcode !== '') await writeFile(join(path, '..', 'README.txt'), LOCKED_NOTE)
  }
}
