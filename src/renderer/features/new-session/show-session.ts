import type { Ref } from '../../../shared/contract/common.ts'
import { showSession, showView } from '../../app/view.ts'
import { refKey } from '../../lib/refs.ts'

/** The source it went into, with it selected. */
export function showInList(ref: Ref): void {
  showView({ kind: 'source', sourceId: ref.sourceId })
  showSession(ref, refKey(ref))
}
