import { Button } from '@mantine/core'
import type { Peer } from '../../../shared/contract/peers.ts'
import { showSession } from '../../app/view.ts'
import { plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { safeText } from '../../lib/safe-text.ts'
import { LibraryBadge } from '../../ui/library-badge.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { MAX_PEERS_SHOWN, type SessionMatches } from './who-knows-store.ts'

interface Props {
  group: SessionMatches
  /** Runs after the list was told to show the session. */
  onGo: () => void
}

/** One session and what it knows. */
export function MatchGroup({ group: { session, peers }, onGo }: Props) {
  return (
    <li>
      <div className="who-session">
        <SafeText text={session.name} className="who-name ellipsis" />
        <LibraryBadge library={session.library ?? ''} label={session.libraryLabel} />
        <span className="dim small ellipsis grow">
          <SafeText text={session.sourceName} />
        </span>
        <Button
          variant="default"
          size="compact-xs"
          aria-label={`Go to session ${safeText(session.name, 60)}`}
          onClick={() => {
            showSession(session.ref, refKey(session.ref))
            onGo()
          }}
        >
          Go to session
        </Button>
      </div>
      {peers.slice(0, MAX_PEERS_SHOWN).map((peer) => (
        <PeerLine key={`${peer.kind}${peer.id}`} peer={peer} />
      ))}
      {peers.length > MAX_PEERS_SHOWN && (
        <div className="who-peer dim">and {plural(peers.length - MAX_PEERS_SHOWN, 'more peer', 'more peers')}</div>
      )}
    </li>
  )
}

function PeerLine({ peer }: { peer: Peer }) {
  const [username] = peer.usernames
  return (
    <div className="who-peer">
      <span className="dim">{typeText(peer)}</span>
      <SafeText text={peer.name ?? '–'} className="ellipsis" maxChars={80} />
      <span className="dim ellipsis">{username === undefined ? (peer.phone ?? '') : `@${safeText(username, 60)}`}</span>
      <span className="mono">{peer.markedId}</span>
    </div>
  )
}

function typeText({ kind, type }: Peer): string {
  return type ?? (kind === 'chat' ? 'group' : kind)
}
