import type { Problem } from '../../domain/problem.ts'
import type { Field } from '../../domain/session.ts'
import type { Detection, FolderFormat, FolderReader } from '../format.ts'
import { accountFolderOf, dataNameOf, FIRST_ACCOUNT_FOLDER, nameOfKeyFile, pathsOf } from './files.ts'
import { FORMAT_ID, hasMagic } from './frame.ts'
import { keyFileNames, listAccounts, VARIANT } from './read.ts'
import { encodeAccounts } from './write.ts'

const CARRIES: readonly Field[] = [
  'dc',
  'address',
  'test-mode',
  'dc-flags',
  'auth-key',
  'user-id',
  'account-username',
  'account-phone',
  'other-data-centers',
  'other-keys',
]

const BOT: Problem = {
  code: 'export.tdesktop-bot',
  message:
    'This is the login of a bot. Telegram Desktop is made for people: it opens the account, but much of it does not work.',
}

/** Key files, accounts, and what is read of an account's own folder; the rest there changes all the time. */
const CONCERNS = /^(?:key_.+[s01]|[0-9A-F]{16}(?:[s01]|\/(?:(?:map|config)[s01])?))$/

/**
 * Upstream: `storage/storage_domain.cpp`, `storage/storage_account.cpp`, `main/main_account.cpp` of Telegram Desktop,
 * read at 6.1.2; opened with 4.6.5.
 *
 * | file | content |
 * |---|---|
 * | `key_data` + suffix | salt, local key (encrypted with the passcode's key), list of accounts |
 * | K + suffix | keys and user of one account; K is made of MD5(`data`), `data#2` … |
 * | K/`map` + suffix | index of the account's other files, its own user |
 * | K/`config` + suffix | addresses of the DCs, mark of the test servers |
 */
export const tdesktopTdata: FolderFormat = {
  id: FORMAT_ID,
  library: 'tdesktop',
  label: 'Telegram Desktop tdata',
  help: 'The folder “tdata” of Telegram Desktop and its forks, with one account or several. Close the program before you copy the folder or put one in its place.',
  medium: 'folder',
  variants: [
    {
      id: VARIANT.accounts,
      label: 'several accounts (2.0 and later)',
      library: 'tdesktop',
      carries: new Set(CARRIES),
      requires: ['auth-key', 'dc', 'user-id'],
      writable: true,
    },
    {
      id: VARIANT.single,
      label: 'one account (before 2.0)',
      library: 'tdesktop',
      carries: new Set(['dc', 'auth-key', 'user-id', 'account-username', 'account-phone', 'other-keys']),
      requires: [],
      writable: false,
    },
  ],
  defaultVariant: VARIANT.accounts,
  options: [
    {
      name: 'passcode',
      label: 'Local passcode',
      help: 'Telegram Desktop asks for it when it starts. Without one, anyone who has the folder has the account.',
      kind: 'secret',
    },
  ],
  passcode: {
    label: 'Local passcode',
    help: 'What Telegram Desktop asks for when it starts (Settings, Privacy and Security, Local passcode). It is not the password of the account.',
  },
  detection: 'A key file (“key_data”) that begins with “TDF$”, or the index of an only account.',
  claims: (names) => names.some((name) => nameOfKeyFile(name) !== null || name === FIRST_ACCOUNT_FOLDER),
  concerns: (path) => CONCERNS.test(path),
  detect,
  list: listAccounts,
  encode: (session, options) => encodeAccounts([session], options),
  checkWrite: (facts) => (facts.account?.isBot === true ? [BOT] : []),
  filesOf: async (folder, key) => filesOf(folder, key),
}

async function detect(folder: FolderReader): Promise<Detection | null> {
  const names = keyFileNames(folder)
  const bases = names.length > 0 ? names.map((name) => `key_${name}`) : [`${FIRST_ACCOUNT_FOLDER}/map`]
  const variant = names.length > 0 ? VARIANT.accounts : VARIANT.single
  const paths = bases.flatMap((base) => pathsOf(folder, base))
  if (paths.length === 0) return null
  const heads = await Promise.all(paths.map((path) => folder.read(path).catch(() => new Uint8Array())))
  if (heads.some(hasMagic)) {
    const what = names.length > 0 ? `key file “key_${names[0]}”` : 'the layout of one account'
    return { certainty: 'exact', reason: `a folder of Telegram Desktop: ${what}`, variant }
  }
  // Damaged, surely, where the account's own folder stands beside it.
  const isNamedSo = folder.entries.some(({ path }) => path.startsWith(FIRST_ACCOUNT_FOLDER))
  return isNamedSo ? { certainty: 'plausible', reason: 'files named as Telegram Desktop names them', variant } : null
}

function filesOf(folder: FolderReader, key: string): readonly string[] | null {
  const bases = keyFileNames(folder)
    .flatMap((name) => Array.from({ length: 100 }, (_, index) => accountFolderOf(dataNameOf(name, index))))
    .filter((base) => pathsOf(folder, base).length > 0)
  if (key === '' || bases.length <= 1) return null
  const own = accountFolderOf(key)
  return folder.entries
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${own}/`) || pathsOf(folder, own).includes(path))
}
