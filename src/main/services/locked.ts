import type { PasscodeQuestion } from '../../shared/contract/common.ts'
import type { FormatInfo } from '../formats/format.ts'
import { findFormat } from '../formats/registry.ts'
import type { SessionSummary } from '../sources/session-store.ts'

/** How to ask for what opens a place of some format. */
export function passcodeQuestionOf(formatId: string): PasscodeQuestion {
  const question = findFormat(formatId)?.passcode
  return { label: question?.label ?? 'Passcode', help: question?.help ?? '' }
}

/** What a locked place is, as far as its frame tells. */
export function lockedAs({ locked }: SessionSummary): FormatInfo | null {
  const format = locked && findFormat(locked.formatId)
  return format
    ? { formatId: format.id, variant: format.defaultVariant, library: format.library, formatVersion: null }
    : null
}
