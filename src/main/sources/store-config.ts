/** What a program is told of a libSQL database in its configuration. */
export interface LibsqlConfig {
  /** Of the server; that of the local copy is no address. */
  readonly url: string
  /** '' where it is not written out. */
  readonly token: string
  /** Names of what else stands there. */
  readonly others: readonly string[]
}

const NAME = String.raw`["'\x60]?\b([A-Za-z_][A-Za-z0-9_]{0,40})["'\x60]?`
const VALUE = String.raw`(?:"([^"\n]*)"|'([^'\n]*)'|\x60([^\x60\n]*)\x60|([^\s"'\x60,;{}()]+))`
const MEMBER = new RegExp(`${NAME}\\s*[:=](?!/)\\s*${VALUE}`, 'g')

/**
 * Understands a libSQL client's options as they stand in code or in an environment: `{ url: 'file:local.db', syncUrl:
 * 'libsql://…', authToken: '…' }`, `sync_url="…", auth_token="…"`, `TURSO_DATABASE_URL=…` with `TURSO_AUTH_TOKEN=…`.
 * Null for what is none of that.
 */
export function libsqlConfigOf(text: string): LibsqlConfig | null {
  const members = [...text.matchAll(MEMBER)].map(([, name = '', a, b, c, bare]) => {
    const written = a ?? b ?? c
    return {
      name,
      plain: name.toLowerCase().replaceAll('_', ''),
      value: written ?? bare ?? '',
      isQuoted: written !== undefined,
    }
  })
  const token = members.find(({ plain }) => plain.endsWith('authtoken'))
  const sync = members.find(({ plain }) => plain.endsWith('syncurl'))
  // One address alone is a connection string.
  if (!sync && !token) return null
  const named = members.filter(({ plain }) => plain.endsWith('url')).find(({ value }) => isServer(value))
  const url = named?.value ?? (sync ? SERVER.exec(text)?.[0] : undefined)
  if (url === undefined) return null
  return {
    url,
    token: token && isWrittenOut(token) ? token.value : '',
    others: members.filter((one) => one !== named && OPTIONS.has(one.plain)).map(({ name }) => name),
  }
}

const SERVER = /\b(?:libsql|https?|wss?):\/\/[^\s"'`,;{}()]+/i

function isServer(value: string): boolean {
  return SERVER.exec(value)?.index === 0
}

/** What clients take besides. Other names are not repeated: they may be part of a value. */
const OPTIONS: ReadonlySet<string> = new Set([
  'url',
  'syncinterval',
  'encryptionkey',
  'readyourwrites',
  'offline',
  'intmode',
  'concurrency',
  'tls',
])

/** Code may name where the token is: `process.env.TOKEN`, `os.environ["TOKEN"]`. */
function isWrittenOut({ value, isQuoted }: { readonly value: string; readonly isQuoted: boolean }): boolean {
  return isQuoted || !/^(process|import|os|env|Deno|Bun)\b/.test(value)
}
