import type { Source } from '../../../shared/contract/sources.ts'
import type { View } from '../../app/view.ts'

/** What the list is about: "All sessions", "~/bots", "production". */
export function viewTitle(view: View, sources: readonly Source[]): string {
  switch (view.kind) {
    case 'all':
      return 'All sessions'
    case 'users':
      return 'Users'
    case 'bots':
      return 'Bots'
    case 'attention':
      return 'Needs attention'
    case 'duplicates':
      return 'Duplicates'
    case 'trash':
      return 'Trash'
    case 'source':
      return sources.find(({ id }) => id === view.sourceId)?.name ?? 'Source'
    case 'tag':
      return view.tag
    case 'key':
      return `Key ${view.keyId.slice(0, 6)}…`
    default:
      return view satisfies never
  }
}
