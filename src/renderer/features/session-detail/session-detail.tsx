import './session-detail.css'
import { ActionIcon, Tabs } from '@mantine/core'
import { IconPencil, IconPointer, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { openDialog } from '../../app/dialogs.ts'
import { useView } from '../../app/view.ts'
import { accountSeen } from '../../lib/login-words.ts'
import { refKey } from '../../lib/refs.ts'
import { safeText } from '../../lib/safe-text.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { StatusDot } from '../../ui/status-dot.tsx'
import { ActivityTab } from './activity-tab.tsx'
import { DetailActions } from './detail-actions.tsx'
import { loadDetail, useDetail } from './detail-store.ts'
import { FilesTab } from './files-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { PeersTab } from './peers-tab.tsx'
import { RawTab } from './raw-tab.tsx'
import { UpdatesTab } from './updates-tab.tsx'

type TabName = 'overview' | 'updates' | 'peers' | 'files' | 'raw' | 'activity'

/** The right side: everything about one session. */
export function SessionDetailPane() {
  const { detail, error, loading } = useDetail()
  const active = useView((state) => state.active)
  if (error !== null && active !== null) {
    return (
      <div className="detail-pad">
        <ErrorNotice error={error} onRetry={() => void loadDetail(active)} />
      </div>
    )
  }
  if (detail === null) return loading ? <Loading /> : <NothingSelected />
  return <Detail detail={detail} stale={loading} />
}

function Detail({ detail, stale }: { detail: SessionDetail; stale: boolean }) {
  const [wanted, setWanted] = useState<TabName>('overview')
  const tabs = tabsOf(detail)
  const tab = tabs.some(([name]) => name === wanted) ? wanted : 'overview'
  const { row } = detail
  const key = refKey(row.ref)
  return (
    <div className="detail" aria-busy={stale}>
      <DetailHead detail={detail} />
      <Tabs
        className="detail-tabs"
        value={tab}
        onChange={(name) => setWanted((name ?? 'overview') as TabName)}
        keepMounted={false}
      >
        <Tabs.List>
          {tabs.map(([name, label]) => (
            <Tabs.Tab key={name} value={name}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {/* While another session loads, its links would still mean the one before. */}
        <Tabs.Panel value="overview" className="detail-scroll" inert={stale}>
          <OverviewTab key={key} detail={detail} />
        </Tabs.Panel>
        <Tabs.Panel value="updates">
          <UpdatesTab key={key} detail={detail} />
        </Tabs.Panel>
        <Tabs.Panel value="peers">
          <PeersTab key={key} sessionRef={row.ref} library={row.library} known={row.peers} />
        </Tabs.Panel>
        <Tabs.Panel value="files">
          <FilesTab key={key} sessionRef={row.ref} />
        </Tabs.Panel>
        <Tabs.Panel value="raw">
          <RawTab key={key} sessionRef={row.ref} />
        </Tabs.Panel>
        <Tabs.Panel value="activity">
          <ActivityTab key={key} sessionRef={row.ref} />
        </Tabs.Panel>
      </Tabs>
      {tab !== 'peers' && (
        // As above.
        <div inert={stale}>
          <DetailActions detail={detail} />
        </div>
      )}
    </div>
  )
}

function tabsOf({ abilities }: SessionDetail): readonly (readonly [TabName, string])[] {
  const all: readonly (readonly [TabName, string, boolean])[] = [
    ['overview', 'Overview', true],
    ['updates', 'Updates', true],
    ['peers', 'Peers', abilities.peers],
    ['files', 'Files', abilities.files],
    ['raw', 'Raw', abilities.raw],
    ['activity', 'Activity', true],
  ]
  return all.filter(([, , there]) => there).map(([name, label]) => [name, label])
}

function DetailHead({ detail: { row, givenName } }: { detail: SessionDetail }) {
  return (
    <div className="detail-head">
      <div className="detail-title">
        <StatusDot
          status={row.status}
          problem={row.problem?.message ?? null}
          locked={row.passcode !== null}
          login={row.login}
        />
        <h2 className="ellipsis">
          <SafeText text={row.name} maxChars={120} />
        </h2>
        <ActionIcon
          size={24}
          aria-label="Change the name"
          onClick={() => openDialog('rename', { ref: row.ref, name: row.name, given: givenName !== null })}
        >
          <IconPencil size={14} aria-hidden />
        </ActionIcon>
        <span className="grow" />
        <ActionIcon
          className="detail-close"
          size={24}
          aria-label="Close the detail"
          onClick={() => useView.setState({ detailOpen: false })}
        >
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </div>
      <div className="dim ellipsis">
        <bdi>{accountLine(row)}</bdi>
      </div>
    </div>
  )
}

function accountLine({ account: stored, login, status }: SessionDetail['row']): string {
  // As in the list: where the session does not say, what Telegram named.
  const account = stored ?? accountSeen(login)
  if (account === null) return status === 'no-key' ? 'No login in it' : 'Account not stored'
  const kind = account.isBot === null ? null : account.isBot ? 'bot' : 'user'
  const name = account.username === null ? null : `@${safeText(account.username, 64)}`
  const note = stored === null ? 'not stored' : null
  return [name, kind, account.id, note].filter((part) => part !== null).join(' · ')
}

function NothingSelected() {
  return (
    <EmptyState icon={<IconPointer size={30} stroke={1.3} aria-hidden />} title="No session selected">
      Pick one to see its account, keys, update state and peers. <span className="kbd">↑</span>{' '}
      <span className="kbd">↓</span> walk through the list, <span className="kbd">Space</span> adds to the selection.
    </EmptyState>
  )
}

function Loading() {
  return (
    <div className="detail-pad detail-loading" aria-busy>
      {[52, 34, 88, 74, 81, 60, 69].map((width) => (
        <span key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  )
}
