/** A host as the person wrote it: `db.example`, `db.example:5432`, `[::1]:5432`, `::1`. */
export interface HostAndPort {
  readonly host: string
  readonly port: number
}

export function hostAndPort(text: string, defaultPort: number): HostAndPort {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text)
  const plain = bracketed ?? /^([^:]+)(?::(\d+))?$/.exec(text)
  // More than one colon and no brackets: an IPv6 address alone.
  if (plain === null) return { host: text, port: defaultPort }
  return { host: plain[1] ?? text, port: plain[2] === undefined ? defaultPort : Number(plain[2]) }
}
