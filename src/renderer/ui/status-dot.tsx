import type { SessionStatus } from '../../shared/contract/sessions.ts'

const STATUS_TEXTS: Readonly<Record<SessionStatus, string>> = {
  ok: 'Readable',
  attention: 'Needs attention',
  'no-key': 'Holds no login',
  unreadable: 'Cannot be read',
}

export function statusText(status: SessionStatus): string {
  return STATUS_TEXTS[status]
}

interface Props {
  status: SessionStatus
  /** First problem, told in the tooltip. */
  problem?: string | null
}

/** How a session stands, as a coloured dot with the same in words. */
export function StatusDot({ status, problem }: Props) {
  const text = STATUS_TEXTS[status]
  return <span className={`dot dot-${status}`} role="img" aria-label={text} title={problem ?? text} />
}
