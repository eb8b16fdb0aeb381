import type { Peer } from '../../../shared/contract/peers.ts'
import { useAppData } from '../../app/app-data.ts'
import { phoneText } from '../../lib/phone.ts'
import { safeText } from '../../lib/safe-text.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'

/** Everything the session knows about one peer. */
export function PeerCard({ peer }: { peer: Peer }) {
  const maskPhones = useAppData((state) => state.settings?.maskPhones) ?? true
  return (
    <section className="peer-card" aria-label="Peer">
      <strong className="ellipsis">
        {peer.name === null || peer.name === '' ? (
          (peer.type ?? peer.kind)
        ) : (
          <SafeText text={peer.name} maxChars={120} />
        )}
      </strong>
      <dl className="facts">
        {peer.usernames.length > 0 && (
          <>
            <dt>Username</dt>
            <dd>{peer.usernames.map((name) => `@${safeText(name, 64)}`).join(', ')}</dd>
          </>
        )}
        <dt>Id</dt>
        <dd className="mono">
          {peer.markedId}
          {peer.markedId !== peer.id && <span className="faint"> bare {peer.id}</span>}{' '}
          <CopyButton text={peer.markedId} what="Id" />
        </dd>
        <dt>Access hash</dt>
        <dd className="mono">{peer.accessHash ?? <span className="faint">not stored</span>}</dd>
        {peer.phone !== null && (
          <>
            <dt>Phone</dt>
            <dd>{phoneText(peer.phone, maskPhones)}</dd>
          </>
        )}
        {peer.updatedAt !== null && (
          <>
            <dt>Written</dt>
            <dd>
              <TimeAgo atMs={peer.updatedAt * 1000} long />
            </dd>
          </>
        )}
      </dl>
    </section>
  )
}
