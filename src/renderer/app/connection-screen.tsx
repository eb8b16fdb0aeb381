import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { EmptyState } from '../ui/empty-state.tsx'

/** Shown instead of the window when it could not connect at all. */
export function ConnectionScreen({ reason }: { reason: 'unauthorized' | 'unreachable' }) {
  const expired = reason === 'unauthorized'
  return (
    <main className="whole-screen">
      <EmptyState
        icon={<IconPlugConnectedX size={36} stroke={1.4} aria-hidden />}
        title={expired ? 'This link is not valid' : 'Session Deck does not answer'}
        actions={<Button onClick={() => location.reload()}>Try again</Button>}
      >
        {expired
          ? 'A link opens the window once, in one browser. Open the link that Session Deck printed when it was started, or start it again for a new one.'
          : 'The program behind this window was stopped or cannot be reached. Start it again, or look at the tunnel, then try again.'}
      </EmptyState>
    </main>
  )
}
