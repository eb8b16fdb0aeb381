import { toHex } from '../bytes/hex.ts'
import type { KeyValue, KeyValueReader } from './media.ts'
import { plainColumn, type RawPart, type RawValue } from './raw-part.ts'
import { textFromBytes } from './raw-text.ts'

const COLUMNS = [plainColumn('key', true), plainColumn('type'), plainColumn('value')]

/**
 * Keys of one session with what they hold.
 * @param keys in the order they are shown
 * @param isSecret keys whose value holds a secret: only its length is told
 */
export function rawKeysOf(
  reader: KeyValueReader,
  name: string,
  keys: readonly string[],
  isSecret: (key: string) => boolean = () => false,
): RawPart {
  return {
    name,
    columns: COLUMNS,
    count: async () => keys.length,
    async rows({ offset, limit }) {
      const some = keys.slice(offset, offset + limit)
      const values = await reader.get(some)
      return some.map((key, index) => {
        const value = values[index] ?? null
        return [key, typeOf(value), shown(value, isSecret(key))]
      })
    },
  }
}

function typeOf(value: KeyValue): string | null {
  if (value === null) return null
  return value.type === 'other' ? value.name : value.type
}

function shown(value: KeyValue, isSecret: boolean): RawValue {
  if (value === null || value.type === 'other') return null
  if (value.type === 'string') {
    return isSecret ? { secretByteLength: value.bytes.byteLength } : (textFromBytes(value.bytes) ?? value.bytes)
  }
  if (isSecret) {
    return { secretByteLength: [...value.fields.values()].reduce((sum, { byteLength }) => sum + byteLength, 0) }
  }
  const fields = [...value.fields].map(([name, bytes]) => [name, textFromBytes(bytes) ?? toHex(bytes)])
  return JSON.stringify(Object.fromEntries(fields))
}
