import { encode } from 'uqr'
import { useMemo } from 'react'

/** Squares of white around it that scanners need, by the QR standard. */
const QUIET_ZONE = 4

/** A text as a QR code: black on white in any theme, since cameras do not read it the other way around. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => drawn(text), [text])
  return (
    <svg className="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

/** Its dark squares as one path, each run in a row as one piece. */
export function drawn(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET_ZONE })
  let path = ''
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < row.length; x += 1) {
      if (row[x] !== true) continue
      const from = x
      while (row[x + 1] === true) x += 1
      path += `M${from} ${y}h${x + 1 - from}v1H${from}z`
    }
  }
  return { size, path }
}
