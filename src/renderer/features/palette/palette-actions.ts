import type { Ref } from '../../../shared/contract/common.ts'
import type { Source } from '../../../shared/contract/sources.ts'
import { addSamples, focusSearch, lock, rescan } from '../../app/actions.ts'
import { changeSettings, useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import { checkAll, showDevices } from '../../app/login-actions.ts'
import { sourceActions } from '../../app/source-actions.ts'
import { showView, useView, type View } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { plural } from '../../lib/numbers.ts'
import { refOfKey } from '../../lib/refs.ts'
import { safeText } from '../../lib/safe-text.ts'

export interface PaletteEntry {
  id: string
  group: string
  label: string
  /** Said in a fainter tone behind the label. */
  hint?: string
  /** More words it is found by. */
  words?: string
  run: () => void
}

const VIEWS: readonly (readonly [View, string])[] = [
  [{ kind: 'all' }, 'All sessions'],
  [{ kind: 'bots' }, 'Bots'],
  [{ kind: 'users' }, 'Users'],
  [{ kind: 'attention' }, 'Needs attention'],
  [{ kind: 'duplicates' }, 'Duplicates'],
  [{ kind: 'trash' }, 'Trash'],
]

/** Everything the window can do at this moment. */
export function paletteActions(): PaletteEntry[] {
  return [...selectionActions(), ...viewedSourceActions(), ...windowActions(), ...placeActions()]
}

function selectionActions(): PaletteEntry[] {
  const { selected, active } = useView.getState()
  const refs = selected.size > 0 ? [...selected].map(refOfKey) : active === null ? [] : [active]
  if (refs.length === 0) return []
  const group = plural(refs.length, 'selected session')
  const entry = (label: string, run: () => void, words = ''): PaletteEntry => ({
    id: `selection ${label}`,
    group,
    label,
    words,
    run,
  })
  return [
    entry('Export…', () => openDialog('export', { refs }), 'string copy reveal save'),
    entry('Convert…', () => openDialog('convert', { refs }), 'format library'),
    ...(active === null
      ? []
      : [entry('Examine and repair…', () => void examine(active), 'doctor broken damaged copy clean version')]),
    entry('Tags…', () => openDialog('tags', { refs }), 'label'),
    entry(
      refs.length === 1 ? 'Check login…' : 'Check logins…',
      () => openDialog('check', { refs }),
      'login valid alive dead signed in telegram status',
    ),
    ...refs
      .slice(0, refs.length === 1 ? 1 : 0)
      .map((ref) => entry('Devices…', () => void showDevices(ref), 'telegram logins end terminate others list')),
    entry('Log out at Telegram…', () => openDialog('revoke', { refs }), 'revoke end terminate sign out login'),
    entry('Delete…', () => openDialog('delete', { refs }), 'trash remove'),
  ]
}

async function examine(ref: Ref): Promise<void> {
  const { row } = await api().sessions.get({ ref })
  openDialog('doctor', { ref, name: row.name })
}

/** What the sidebar's menu offers for the source that is looked at. */
function viewedSourceActions(): PaletteEntry[] {
  const source = viewedSource()
  if (source === undefined) return []
  return sourceActions(source).flatMap(({ label, words, disabled = false, run }) =>
    disabled ? [] : [{ id: `source ${label}`, group: safeText(source.name, 60), label, words, run }],
  )
}

function viewedSource(): Source | undefined {
  const { view } = useView.getState()
  if (view.kind !== 'source') return undefined
  return useAppData.getState().sources?.find(({ id }) => id === view.sourceId)
}

function windowActions(): PaletteEntry[] {
  const entry = (label: string, run: () => void, words = '', hint = ''): PaletteEntry => ({
    id: `window ${label}`,
    group: 'Actions',
    label,
    words,
    hint,
    run,
  })
  return [
    entry('Import…', () => openDialog('import'), 'paste string drop file', 'Ctrl I'),
    entry('New session…', () => openDialog('new-session', {}), 'sign in log in login make create telegram'),
    entry('Sign in by QR code…', () => openDialog('new-session', { method: 'qr' }), 'new session login scan telegram'),
    entry(
      'Sign in by phone number…',
      () => openDialog('new-session', { method: 'phone' }),
      'new session login code telegram',
    ),
    entry(
      'Sign in bots by token…',
      () => openDialog('new-session', { method: 'bots' }),
      'new session login botfather telegram many',
    ),
    entry(
      'Add source…',
      () => openDialog('add-source'),
      'folder file watch redis mongodb postgresql mysql mariadb libsql database server',
    ),
    entry(
      'Add shared store…',
      () => openDialog('add-source', { store: true }),
      'redis mongodb postgresql mysql mariadb libsql database server connection',
    ),
    entry(
      'Check all logins…',
      () => void checkAll({ kind: 'all' }),
      'valid alive dead signed in telegram status everything',
    ),
    entry(
      'Telegram settings…',
      () => openDialog('settings', { part: 'telegram' }),
      'api id hash proxy socks mtproxy test network data centre address',
    ),
    entry('Which sessions know…', () => openDialog('who-knows', {}), 'peer username id channel chat find'),
    entry('Filter the list', focusSearch, 'search find', 'Ctrl F'),
    entry('Lock', () => void lock(), 'vault passphrase', 'Ctrl Shift L'),
    entry('Settings…', () => openDialog('settings'), 'theme phones preferences', 'Ctrl ,'),
    entry(
      'Your own stores…',
      () => openDialog('settings', { part: 'own-stores' }),
      'settings modules folder extensions plug-in mjs',
    ),
    entry('Light theme', () => void changeSettings({ theme: 'light' }), 'appearance'),
    entry('Dark theme', () => void changeSettings({ theme: 'dark' }), 'appearance'),
    entry('Theme like the system', () => void changeSettings({ theme: 'system' }), 'appearance'),
    entry('Add sample sessions', () => void addSamples(), 'demo look around'),
    entry('About Session Deck', () => openDialog('about'), 'version licence'),
  ]
}

function placeActions(): PaletteEntry[] {
  const { sources, counts } = useAppData.getState()
  const show = (view: View, label: string, words = ''): PaletteEntry => ({
    id: `show ${JSON.stringify(view)}`,
    group: 'Go to',
    label,
    words,
    run: () => showView(view),
  })
  return [
    ...VIEWS.map(([view, label]) => show(view, label)),
    ...(sources ?? []).map(({ id, name }) => show({ kind: 'source', sourceId: id }, safeText(name, 60), 'source')),
    ...(counts?.tags ?? []).map(({ tag }) => show({ kind: 'tag', tag }, `#${safeText(tag, 50)}`, 'tag')),
    ...(sources ?? [])
      .filter(({ id, sessions }) => (counts?.sources[id] ?? sessions) > 0)
      .map(({ id, name }) => ({
        id: `check ${id}`,
        group: 'Sources',
        label: `Check logins of ${safeText(name, 60)}…`,
        words: 'valid alive dead signed in telegram',
        run: () => void checkAll({ kind: 'source', sourceId: id }),
      })),
    ...(sources ?? []).filter(({ id }) => id !== viewedSource()?.id).flatMap(rescanOf),
  ]
}

/** Of the sources that are not looked at. */
function rescanOf({ id, kind, name, state }: Source): PaletteEntry[] {
  if (kind === 'vault' || kind === 'memory' || state === 'scanning') return []
  const run = () => void rescan(id)
  return [
    { id: `rescan ${id}`, group: 'Sources', label: `Scan ${safeText(name, 60)} again`, words: 'look rescan', run },
  ]
}

/** Entries that hold every word of the query, those whose label starts with it first. */
export function matching(entries: readonly PaletteEntry[], query: string): PaletteEntry[] {
  const parts = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (parts.length === 0) return [...entries]
  const found = entries.filter(({ label, words }) => {
    const text = `${label} ${words ?? ''}`.toLowerCase()
    return parts.every((part) => text.includes(part))
  })
  const starts = ({ label }: PaletteEntry) => (label.toLowerCase().startsWith(parts[0] ?? '') ? 0 : 1)
  return found.toSorted((a, b) => starts(a) - starts(b))
}
