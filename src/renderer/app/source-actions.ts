import type { Source } from '../../shared/contract/sources.ts'
import { isStore } from '../lib/store-kinds.ts'
import { rescan, stopWriting } from './actions.ts'
import { openDialog } from './dialogs.ts'

interface SourceAction {
  label: string
  /** More words it is found by. */
  words: string
  /** Not possible at this moment. */
  disabled?: boolean
  /** Takes something away. */
  danger?: boolean
  run: () => void
}

/** What can be done with a source, in the order of its menu; nothing with those that are built in. */
export function sourceActions(source: Source): readonly SourceAction[] {
  const { id, kind, name, state, removable } = source
  if (kind === 'vault' || kind === 'memory') return []
  const store = isStore(source)
  const again = store ? (state === 'error' ? 'Try again now' : 'Look again') : 'Scan again'
  return [
    { label: 'Rename…', words: 'source name', run: () => openDialog('rename-source', { sourceId: id, name }) },
    ...(store
      ? [
          {
            label: 'Edit connection…',
            words: 'source address server password login encryption tls',
            run: () => openDialog('edit-store', { source }),
          },
          source.store.readOnly
            ? { label: 'Allow writing…', words: 'source write', run: () => openDialog('allow-writing', { source }) }
            : { label: 'Stop writing', words: 'source write only read', run: () => void stopWriting(source) },
        ]
      : []),
    { label: again, words: 'source rescan refresh', disabled: state === 'scanning', run: () => void rescan(id) },
    ...(removable
      ? [
          {
            label: 'Remove from the list…',
            words: 'source forget',
            danger: true,
            run: () => openDialog('remove-source', { sourceId: id, name, store }),
          },
        ]
      : []),
  ]
}
