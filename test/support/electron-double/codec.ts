// Runs here and, with its types stripped, in the page: it may import nothing and use nothing of Node.
// Structured cloning as text: what `postMessage` would refuse is refused here too.

type Plain = null | boolean | string | number | { readonly [tag: string]: unknown }
type Entry = readonly [tag: string, ...rest: unknown[]]

/** @throws DataCloneError for functions, symbols, promises */
export function encode(value: unknown): string {
  const seen = new Map<object, number>()
  const out: (Entry | null)[] = []
  function ref(item: unknown): Plain {
    if (item === null || typeof item === 'boolean' || typeof item === 'string') return item
    if (item === undefined) return { undefined: 1 }
    if (typeof item === 'bigint') return { bigint: String(item) }
    if (typeof item === 'number') {
      const isPlain = Number.isFinite(item) && !Object.is(item, -0)
      return isPlain ? item : { number: Object.is(item, -0) ? '-0' : String(item) }
    }
    if (typeof item !== 'object') throw notCloneable(typeof item)
    const known = seen.get(item)
    if (known !== undefined) return { ref: known }
    const at = out.push(null) - 1
    seen.set(item, at)
    out[at] = entry(item)
    return { ref: at }
  }
  function entry(item: object): Entry {
    if (item instanceof Date) return ['date', item.getTime()]
    if (item instanceof Map) return ['map', [...item].map(([key, inner]) => [ref(key), ref(inner)])]
    if (item instanceof Set) return ['set', [...item].map(ref)]
    if (item instanceof Error) return ['error', item.name, item.message]
    if (item instanceof ArrayBuffer) return ['buffer', toBase64(new Uint8Array(item))]
    if (ArrayBuffer.isView(item)) {
      return ['bytes', toBase64(new Uint8Array(item.buffer, item.byteOffset, item.byteLength))]
    }
    if (Array.isArray(item)) return ['array', item.map(ref)]
    const kind = Object.prototype.toString.call(item).slice(8, -1)
    if (kind !== 'Object') throw notCloneable(kind)
    return ['object', Object.entries(item).map(([key, inner]) => [key, ref(inner)])]
  }
  return JSON.stringify({ root: ref(value), out })
}

export function decode(text: string): unknown {
  const { root, out } = JSON.parse(text) as { root: Plain; out: [string, never, never][] }
  const made: unknown[] = []
  function get(item: Plain): unknown {
    if (item === null || typeof item !== 'object') return item
    if ('undefined' in item) return undefined
    if ('bigint' in item) return BigInt(item['bigint'] as string)
    if ('number' in item) return Number(item['number'])
    return build(item['ref'] as number)
  }
  /** Kept before it is filled, so that rings close. */
  function keep<T>(at: number, value: T, fill: (value: T) => void): T {
    made[at] = value
    fill(value)
    return value
  }
  function build(at: number): unknown {
    if (at in made) return made[at]
    const [tag, first, second] = out[at] as [string, never, never]
    if (tag === 'date') return keep(at, new Date(first), () => {})
    if (tag === 'buffer') return keep(at, fromBase64(first).buffer, () => {})
    if (tag === 'bytes') return keep(at, fromBase64(first), () => {})
    if (tag === 'error') return keep(at, Object.assign(new Error(second), { name: first }), () => {})
    if (tag === 'array') return keep(at, [] as unknown[], (list) => list.push(...(first as Plain[]).map(get)))
    if (tag === 'set') {
      return keep(at, new Set(), (set) => {
        for (const item of first as Plain[]) set.add(get(item))
      })
    }
    if (tag === 'map') {
      return keep(at, new Map(), (map) => {
        for (const [key, item] of first as [Plain, Plain][]) map.set(get(key), get(item))
      })
    }
    return keep(at, {} as Record<string, unknown>, (object) => {
      for (const [key, item] of first as [string, Plain][]) object[key] = get(item)
    })
  }
  return get(root)
}

function notCloneable(kind: string): DOMException {
  return new DOMException(`${kind} could not be cloned.`, 'DataCloneError')
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}
