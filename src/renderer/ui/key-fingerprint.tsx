interface Props {
  /** 16 hex digits, null when there is no key. */
  keyId: string | null
  fingerprint: string | null
  /** Show all digits instead of the first six. */
  full?: boolean
}

/** A key id as four emoji and hex digits: easy to tell apart, safe to show. */
export function KeyFingerprint({ keyId, fingerprint, full = false }: Props) {
  if (keyId === null) return <span className="faint">none</span>
  return (
    <span className="fingerprint" title={`Key id ${keyId}`}>
      {fingerprint !== null && (
        <span className="emoji" aria-hidden>
          {fingerprint}
        </span>
      )}
      <span className={full ? 'mono' : 'mono faint'}>{full ? keyId : keyId.slice(0, 6)}</span>
    </span>
  )
}
