import { Checkbox, Popover } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Counts, SessionFilters } from '../../../shared/contract/sessions.ts'
import { useAppData } from '../../app/app-data.ts'
import { setFilters, useView } from '../../app/view.ts'
import { formatCount } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { statusText } from '../../ui/status-dot.tsx'
import { toggleFilter } from './filter-chips.ts'
import { anyChecked, deadCount, isDeadWanted, loginFilterLabel, toggleDead } from './login-filter.ts'

const STATUSES = ['ok', 'attention', 'no-key', 'unreadable'] as const

/** All filters in one place; what is on shows as chips beside it. */
export function FilterMenu() {
  return (
    <Popover position="bottom-start" withinPortal trapFocus>
      <Popover.Target>
        <button type="button" className="chip">
          <IconPlus size={12} aria-hidden /> Filter
        </button>
      </Popover.Target>
      <Popover.Dropdown className="filter-menu">
        <FilterGroups />
      </Popover.Dropdown>
    </Popover>
  )
}

function FilterGroups() {
  const filters = useView((state) => state.filters)
  const counts = useAppData((state) => state.counts)
  const sources = useAppData((state) => state.sources)
  const option = (list: Parameters<typeof toggleFilter>[1], value: string | number, label: string, count?: number) => (
    <Option
      key={value}
      label={label}
      count={count}
      on={(filters[list] as readonly (string | number)[]).includes(value)}
      onChange={() => setFilters(toggleFilter(filters, list, value))}
    />
  )
  return (
    <>
      {counts !== null && anyChecked(counts) && <LoginGroup counts={counts} />}
      <Group title="Library">
        {counts?.libraries.map(({ value, label, count }) => option('libraries', value, label, count))}
      </Group>
      <Group title="Data centre">
        {counts?.dcs.map(({ value, label, count }) => option('dcs', Number(value), label, count))}
      </Group>
      <Group title="Kind">
        {option('kinds', 'bot', 'Bot', counts?.bots)}
        {option('kinds', 'user', 'User', counts?.users)}
        {option('kinds', 'unknown', 'Not stored')}
      </Group>
      <Group title="Status">{STATUSES.map((status) => option('statuses', status, statusText(status)))}</Group>
      <Group title="Source">
        {sources?.map(({ id, name }) => option('sources', id, safeText(name, 30), counts?.sources[id]))}
      </Group>
      {counts !== null && counts.tags.length > 0 && (
        <Group title="Tag">{counts.tags.map(({ tag, count }) => option('tags', tag, safeText(tag, 30), count))}</Group>
      )}
      <Group title="Other">
        <YesNo name="test" label="Test servers" filters={filters} />
        <YesNo name="inUse" label="In use now" filters={filters} />
      </Group>
    </>
  )
}

/** What Telegram said: all that is dead at once, or one by one. */
function LoginGroup({ counts }: { counts: Counts }) {
  const filters = useView((state) => state.filters)
  const dead = deadCount(counts)
  return (
    <Group title="Login">
      {(dead > 0 || isDeadWanted(filters)) && (
        <Option
          label="Dead, for any reason"
          count={dead}
          on={isDeadWanted(filters)}
          onChange={() => setFilters(toggleDead(filters))}
        />
      )}
      {counts.logins.map(({ value, count }) => (
        <Option
          key={value}
          label={loginFilterLabel(value)}
          count={count}
          on={filters.logins.includes(value)}
          onChange={() => setFilters(toggleFilter(filters, 'logins', value))}
        />
      ))}
    </Group>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}

interface OptionProps {
  label: string
  count?: number | undefined
  on: boolean
  onChange: () => void
}

function Option({ label, count, on, onChange }: OptionProps) {
  const words = (
    <>
      {label} {count !== undefined && <span className="faint small">{formatCount(count)}</span>}
    </>
  )
  return <Checkbox label={words} checked={on} onChange={onChange} />
}

function YesNo({ name, label, filters }: { name: 'test' | 'inUse'; label: string; filters: SessionFilters }) {
  return (
    <Option
      label={label}
      on={filters[name] === true}
      onChange={() => setFilters({ [name]: filters[name] === true ? null : true })}
    />
  )
}
