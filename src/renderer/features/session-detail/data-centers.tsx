import { IconHome } from '@tabler/icons-react'
import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { safeText } from '../../lib/safe-text.ts'
import { Badge } from '../../ui/badge.tsx'

/** Data centres of a session: address, port, and which hold a key. */
export function DataCenters({ detail: { dataCenters, row } }: { detail: SessionDetail }) {
  if (dataCenters.length === 0) return null
  return (
    <>
      <h3>Data centres {row.test === true && <Badge kind="warn">test servers</Badge>}</h3>
      <table className="mini">
        <thead>
          <tr>
            <th>DC</th>
            <th>Address</th>
            <th className="num">Port</th>
            <th>Key</th>
          </tr>
        </thead>
        <tbody>
          {dataCenters.map((dc) => (
            <tr key={`${dc.id} ${dc.address ?? ''}`}>
              <td>
                {dc.id}
                {dc.home && (
                  <span role="img" aria-label="home" title="Home data centre of the account">
                    <IconHome size={13} aria-hidden />
                  </span>
                )}
              </td>
              <td className="mono">
                {dc.address === null ? <span className="faint">not stored</span> : safeText(dc.address, 60)}
                {dc.implied && dc.address !== null && (
                  <span className="faint" title="Not stored: known from the number of the data centre">
                    {' '}
                    implied
                  </span>
                )}
              </td>
              <td className="num mono">{dc.port ?? '–'}</td>
              <td>
                {dc.hasKey ? (
                  <span className="held">
                    <span className="dot dot-ok" aria-hidden /> held
                  </span>
                ) : (
                  <span className="faint">none</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
