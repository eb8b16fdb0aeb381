import { IconHome } from '@tabler/icons-react'
import type { DcFlag, SessionDetail } from '../../../shared/contract/sessions.ts'
import { safeText } from '../../lib/safe-text.ts'
import { Badge } from '../../ui/badge.tsx'

/** IPv6 shows in the address itself. */
const FLAG_WORDS: Readonly<Record<Exclude<DcFlag, 'ipv6'>, { label: string; title: string }>> = {
  media: { label: 'media', title: 'For up- and downloads only' },
  'obfuscated-only': { label: 'obfuscated', title: 'Only for connections with obfuscation' },
  cdn: { label: 'CDN', title: 'Holds copies of public files; never an account' },
  static: { label: 'static', title: 'Preferred over addresses without this mark' },
  'this-port-only': { label: 'one port', title: 'Only to be used with this port' },
}

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
            <tr key={`${dc.id} ${dc.address ?? ''} ${dc.flags.join()}`}>
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
                {dc.flags.filter(isShown).map((flag) => (
                  <Badge key={flag} title={FLAG_WORDS[flag].title}>
                    {FLAG_WORDS[flag].label}
                  </Badge>
                ))}
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
                {dc.hasSalt && (
                  <span className="faint" title="A server salt is stored with it">
                    {' '}
                    + salt
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function isShown(flag: DcFlag): flag is keyof typeof FLAG_WORDS {
  return flag !== 'ipv6'
}
