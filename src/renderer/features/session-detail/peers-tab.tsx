import { TextInput } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { Peer } from '../../../shared/contract/peers.ts'
import { copyText } from '../../app/actions.ts'
import { openDialog } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { formatCount } from '../../lib/numbers.ts'
import { NO_HASH_TEXT, peerLine } from '../../lib/peer-line.ts'
import { refKey } from '../../lib/refs.ts'
import { type LoadPage, usePages } from '../../lib/use-pages.ts'
import { Chip } from '../../ui/chip.tsx'
import { ReasonButton } from '../../ui/reason-button.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { type PagedColumn, PagedTable } from './paged-table.tsx'
import { PeerCard } from './peer-card.tsx'

const FILTERS = ['all', 'users', 'bots', 'groups', 'channels'] as const
const SORTS = ['id', 'name', 'updated'] as const
const SEARCH_WAIT_MS = 150

interface Props {
  sessionRef: Ref
  library: string | null
  /** How many there are, where the list knows: saves counting them again. */
  known: number | null
}

/** Peers of a session: search, filter, sort, look closer, copy. */
export function PeersTab({ sessionRef, library, known }: Props) {
  const [typed, setTyped] = useState('')
  const search = useLater(typed.trim(), SEARCH_WAIT_MS)
  const [filter, setFilter] = useState<(typeof FILTERS)[number]>('all')
  const [sortIndex, setSortIndex] = useState(0)
  const by = SORTS[sortIndex % SORTS.length] ?? 'id'
  const [current, setCurrent] = useState<{ list: string; index: number } | null>(null)

  const load = useCallback<LoadPage<Peer>>(
    async (offset, limit, signal) => {
      const sort = { by, direction: by === 'updated' ? ('desc' as const) : ('asc' as const) }
      const page = await api().peers.page({ ref: sessionRef, search, filter, sort, offset, limit }, { signal })
      const all = search === '' && filter === 'all'
      return { rows: page.peers, total: page.total ?? (all ? known : null), more: page.more }
    },
    [sessionRef, search, filter, by, known],
  )
  const list = [refKey(sessionRef), search, filter, by].join('\u0001')
  const pages = usePages(list, load)
  const index = current?.list === list ? current.index : -1
  const peer = index >= 0 ? pages.rowAt(index) : undefined

  return (
    <div className="tab-fill">
      <div className="peers-tools">
        <TextInput
          type="search"
          aria-label="Search peers"
          placeholder="Name, @username, phone or any form of id"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <div className="peers-filters">
          {FILTERS.map((name) => (
            <Chip key={name} on={filter === name} onClick={() => setFilter(name)}>
              {name}
            </Chip>
          ))}
          <span className="grow" />
          <button
            type="button"
            className="chip"
            aria-label={`Sorted by ${by}. Sort by ${SORTS[(sortIndex + 1) % SORTS.length]}`}
            onClick={() => setSortIndex((sortIndex + 1) % SORTS.length)}
          >
            by {by}
          </button>
        </div>
      </div>
      <PagedTable
        label="Peers"
        pages={pages}
        columns={COLUMNS}
        current={index}
        onCurrent={(next) => setCurrent({ list, index: next })}
        empty={search === '' ? 'No peers of this kind' : 'No peer matches'}
        footer={(total) => `${formatCount(total)} ${search === '' && filter === 'all' ? 'peers' : 'found'}`}
      />
      {peer !== undefined && <PeerCard peer={peer} />}
      <PeerActions peer={peer} library={library} />
    </div>
  )
}

const COLUMNS: readonly PagedColumn<Peer>[] = [
  {
    id: 'type',
    head: 'Type',
    width: '60px',
    cell: ({ type, kind }) => <span className="dim">{type ?? kind}</span>,
  },
  {
    id: 'name',
    head: 'Name',
    width: 'minmax(0, 1fr)',
    cell: ({ name }) => (name === null || name === '' ? <span className="faint">–</span> : <SafeText text={name} />),
  },
  {
    id: 'username',
    head: 'Username',
    width: 'minmax(0, 0.8fr)',
    cell: ({ usernames: [first] }) => (first === undefined ? '' : <SafeText text={`@${first}`} className="dim" />),
  },
  { id: 'id', head: 'Id', width: '108px', cell: ({ markedId }) => <span className="mono">{markedId}</span> },
]

const PICK_FIRST = 'Pick a peer first.'

function PeerActions({ peer, library }: { peer: Peer | undefined; library: string | null }) {
  const line = peer === undefined ? null : peerLine(library, peer)
  const noLine = peer === undefined ? PICK_FIRST : NO_HASH_TEXT
  return (
    <div className="detail-actions">
      <ReasonButton
        variant="default"
        reason={line === null ? noLine : null}
        title={line ?? ''}
        onClick={() => line !== null && void copyText(line, 'Input peer')}
      >
        Copy as input peer
      </ReasonButton>
      <ReasonButton
        variant="default"
        reason={peer === undefined ? PICK_FIRST : null}
        onClick={() => peer !== undefined && openDialog('who-knows', { search: peer.markedId })}
      >
        Who else knows it?
      </ReasonButton>
    </div>
  )
}

/** The value once it has not changed for a while. */
function useLater(value: string, waitMs: number): string {
  const [later, setLater] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), waitMs)
    return () => clearTimeout(timer)
  }, [value, waitMs])
  return later
}
