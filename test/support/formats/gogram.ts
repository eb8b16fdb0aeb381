import { homeOf } from '../../../src/main/domain/session.ts'
import type { Family } from './family.ts'
import { type GoEntry, goEntries, goVector } from './gotd.ts'

const FILE_KEY = 'a key of any length'

/** The variant a string of the manifest is to be read as. */
export function gogramStringVariant({ version }: GoEntry): string {
  if (version === '1BvE') return 'E'
  return String(version).includes(':_:') ? 'X' : 'X2'
}

export const gogramFamily: Family = {
  formatIds: ['gogram.file', 'gogram.string'],
  // Without the strings that end in the API id: cut short, they are as whole as before, with another API id.
  vectors: () => [
    ...goEntries('gogram-file').map((entry) => goVector(entry, 'gogram.file', String(entry.version))),
    ...goEntries('gogram-string')
      .filter((entry) => gogramStringVariant(entry) === 'E')
      .map((entry) => goVector(entry, 'gogram.string', 'E')),
  ],
  // One DC, its address and its salt.
  asKept: (session) => ({ ...session, dataCenters: session.dataCenters.filter((dc) => dc === homeOf(session)) }),
  writeOptions: new Map([['file-key', FILE_KEY]]),
  passcode: FILE_KEY,
}
