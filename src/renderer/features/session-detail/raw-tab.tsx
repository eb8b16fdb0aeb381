import { Select } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { RawCell, RawTable } from '../../../shared/contract/sessions.ts'
import { api } from '../../lib/client.ts'
import { formatBytes, plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { safeText } from '../../lib/safe-text.ts'
import { type LoadPage, usePages } from '../../lib/use-pages.ts'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { type PagedColumn, PagedTable } from './paged-table.tsx'

const COLUMN_PX = 132

/** The tables as they are stored, read only; secrets show their length alone. */
export function RawTab({ sessionRef }: { sessionRef: Ref }) {
  const [tables, setTables] = useState<readonly RawTable[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [name, setName] = useState<string | null>(null)
  const [tries, setTries] = useState(0)

  useEffect(() => {
    const abort = new AbortController()
    api()
      .sessions.rawTables({ ref: sessionRef }, { signal: abort.signal })
      .then(
        (answer) => {
          setTables(answer)
          setError(null)
        },
        (cause: unknown) => {
          if (!abort.signal.aborted) setError(cause)
        },
      )
    return () => abort.abort()
  }, [sessionRef, tries])

  if (error !== null) {
    return (
      <div className="tab-top">
        <ErrorNotice error={error} onRetry={() => setTries(tries + 1)} />
      </div>
    )
  }
  const table = tables?.find((one) => one.name === name) ?? tables?.[0]
  if (tables === null) return null
  if (table === undefined) return <EmptyState title="No tables in it" />
  return (
    <div className="tab-fill">
      <div className="peers-tools">
        <Select
          aria-label="Table"
          data={tables.map(({ name: value, rows }) => ({
            value,
            label: `${safeText(value, 60)} · ${plural(rows, 'row')}`,
          }))}
          value={table.name}
          onChange={setName}
          allowDeselect={false}
        />
      </div>
      <RawRows key={table.name} sessionRef={sessionRef} table={table} />
    </div>
  )
}

function RawRows({ sessionRef, table }: { sessionRef: Ref; table: RawTable }) {
  const load = useCallback<LoadPage<RawCell[]>>(
    (offset, limit, signal) =>
      api().sessions.rawRows({ ref: sessionRef, table: table.name, offset, limit }, { signal }),
    [sessionRef, table.name],
  )
  const pages = usePages(`${refKey(sessionRef)}\u0001${table.name}`, load)
  const shown = table.columns.map(
    ({ name, type, primaryKey }, index): PagedColumn<RawCell[]> => ({
      id: `${index} ${name}`,
      width: `minmax(${COLUMN_PX - 12}px, 1fr)`,
      head: (
        <span title={`${name} ${type}${primaryKey ? ', primary key' : ''}`}>
          {safeText(name, 60)} <span className="column-type">{type.toLowerCase()}</span>
        </span>
      ),
      cell: (row) => <Cell value={row[index]} />,
    }),
  )
  return (
    <PagedTable
      label={`Rows of ${table.name}`}
      pages={pages}
      columns={shown}
      minWidthPx={table.columns.length * COLUMN_PX}
      empty="This table is empty"
      footer={(total) => `${plural(total, 'row')}, read only`}
    />
  )
}

function Cell({ value }: { value: RawCell | undefined }) {
  if (value === undefined) return null
  if (value.kind === 'secret') return <span className="badge badge-warn">secret · {byteText(value.byteLength)}</span>
  if (value.kind === 'null') return <span className="faint">null</span>
  if (value.kind === 'text') return <bdi title={safeText(value.text, 2000)}>{safeText(value.text, 200)}</bdi>
  return <span className={value.kind === 'blob' ? 'mono faint' : 'mono'}>{safeText(value.text, 200)}</span>
}

function byteText(byteLength: number): string {
  return byteLength < 1000 ? `${byteLength} bytes` : formatBytes(byteLength)
}
