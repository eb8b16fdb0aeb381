import { appendFileSync } from 'node:fs'
import { Socket } from 'node:net'

// Loaded into a program with `--import`, its threads and processes included: writes down where it connects to, a line each,
// into the file that NOTE_CONNECTIONS names.

const connect = Socket.prototype.connect
const file = process.env['NOTE_CONNECTIONS']

Socket.prototype.connect = function (...given) {
  const [options] = Array.isArray(given[0]) ? given[0] : given
  const target =
    typeof options === 'object' ? (options.path ?? `${options.host ?? 'localhost'}:${options.port}`) : options
  if (file) appendFileSync(file, `${target}\n`)
  return connect.apply(this, given)
}
