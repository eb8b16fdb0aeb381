import { Secret } from '../../domain/secret.ts'
import { UsageError } from '../../headless/arguments.ts'
import type { AppIdentity } from '../../telegram/gateway.ts'
import type { CliIo } from '../io.ts'
import { readPrivateFile } from '../private-file.ts'

const API_ID_VARIABLE = 'SESSION_DECK_API_ID'
const API_HASH_VARIABLE = 'SESSION_DECK_API_HASH'
/** An int of the protocol. */
const MAX_API_ID = 2_147_483_647

/**
 * The person's own API id and hash, from a file that nobody else can read or from the environment. The hash is never an
 * argument.
 * @throws UsageError when there is none, or it is none; AppError source.not-found, source.denied
 */
export async function readApp({ env }: Pick<CliIo, 'env'>, file: string | undefined): Promise<AppIdentity> {
  if (file !== undefined) return appIn(await readPrivateFile(file, '--app', 'an API id and hash'))
  const [id, hash] = [env[API_ID_VARIABLE], env[API_HASH_VARIABLE]]
  if (id === undefined || hash === undefined || id === '' || hash === '') {
    throw new UsageError(
      'Telegram is only asked under an API id and hash of your own (https://my.telegram.org): ' +
        `set ${API_ID_VARIABLE} and ${API_HASH_VARIABLE}, or give --app FILE`,
    )
  }
  return appFrom(id.trim(), hash.trim(), `${API_ID_VARIABLE} and ${API_HASH_VARIABLE}`)
}

/** Two lines, the id first, or JSON with `api_id` and `api_hash`. */
function appIn(text: string): AppIdentity {
  if (!text.startsWith('{')) {
    const [id = '', hash = ''] = text.split(/\s+/)
    return appFrom(id, hash, 'The file of --app')
  }
  const json = parsed(text)
  return appFrom(
    textOf(json['api_id'] ?? json['apiId']),
    textOf(json['api_hash'] ?? json['apiHash']),
    'The file of --app',
  )
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    // The parser's message quotes the text.
    throw new UsageError('The file of --app begins like JSON and is none')
  }
}

function textOf(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : ''
}

/** `where` says where they come from; they themselves are never quoted. */
function appFrom(id: string, hash: string, where: string): AppIdentity {
  const apiId = /^\d{1,10}$/.test(id) ? Number(id) : 0
  if (apiId < 1 || apiId > MAX_API_ID || !/^[0-9a-f]{32}$/i.test(hash)) {
    throw new UsageError(`${where} must hold the API id (a number) and its hash (32 hexadecimal digits)`)
  }
  return { apiId, apiHash: Secret.fromText(hash.toLowerCase()) }
}
