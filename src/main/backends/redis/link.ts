import type { Cluster, Redis } from 'ioredis'

type Argument = string | Uint8Array | number
/** A command's name and its arguments. */
export type Command = readonly [name: string, ...args: Argument[]]
/** Bytes for texts of the server, numbers, lists of those, null; an Error where a command among others failed. */
export type Reply = Buffer | number | null | Error | readonly Reply[]

export interface Address {
  readonly host: string
  readonly port: number
}

/** One server, or a cluster behind one face. Replies are bytes: the driver never guesses at an encoding. */
export interface RedisLink {
  readonly isCluster: boolean
  readonly ended: () => boolean
  send(command: Command): Promise<Reply>
  /** Keys of a scan as the driver's text, where what is no UTF-8 has become U+FFFD: half the time of bytes. */
  scanText(args: readonly Argument[]): Promise<readonly [cursor: string, keys: readonly string[]]>
  /** All in one go, the replies in their order; what fails is an Error among them. */
  sendAll(commands: readonly Command[]): Promise<readonly Reply[]>
  /**
   * Strings of many keys in one command, null for what is none. Null for all when they are longer together than
   * `mostBytes`, or where the keys of one command must lie together.
   */
  strings(keys: readonly string[], mostBytes: number): Promise<readonly (Buffer | null)[] | null>
  /** Each server that owns keys. */
  masters(): readonly RedisLink[]
  /** Where the server that owns a slot listens; null for what is no cluster, and for a slot nobody owns. */
  ownerOf(slot: number): Address | null
  /** Where each server of a cluster listens; null for what is no cluster. */
  addresses(): readonly Address[] | null
  end(): void
}

/** A connection to one server, which can watch keys and run a transaction. */
export interface NodeLink extends RedisLink {
  /** MULTI … EXEC. Null when a watched key changed. @throws the driver's error when the server refused a command */
  transaction(commands: readonly Command[]): Promise<readonly Reply[] | null>
}

/** @param timeoutMs for one call, be it a command or many; it ends the connection, or its answer would be the next one's */
export function nodeLink(client: Redis, timeoutMs: number): NodeLink {
  // The driver's own limit is a timer for every command of thousands.
  const inTime = async <T>(answer: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }))
        client.disconnect()
      }, timeoutMs)
    })
    try {
      return await Promise.race([answer, late])
    } finally {
      clearTimeout(timer)
    }
  }
  const link: NodeLink = {
    isCluster: false,
    ended: () => client.status === 'end' || client.status === 'close',
    send: ([name, ...args]) => inTime(client.callBuffer(name, args.map(asArgument)) as Promise<Reply>),
    scanText: (args) => inTime(client.call('SCAN', args.map(asArgument)) as Promise<[string, string[]]>),
    async sendAll(commands) {
      const batch = client.pipeline()
      for (const [name, ...args] of commands) batch.callBuffer(name, args.map(asArgument))
      return ((await inTime(batch.exec())) ?? []).map(([error, reply]) => error ?? (reply as Reply))
    },
    async strings(keys, mostBytes) {
      const { stream } = client
      const startBytes = client.stream.bytesRead
      let isTooLong = false
      // Nothing tells a length before the bytes come: when they are too many, they are not waited for.
      const watch = (): void => {
        if (isTooLong || stream.bytesRead - startBytes <= mostBytes) return
        isTooLong = true
        client.disconnect()
      }
      stream.on('data', watch)
      try {
        return await inTime(client.mgetBuffer([...keys]))
      } catch (error) {
        // A user can be allowed to read keys one by one.
        if (isTooLong || String(error).includes('NOPERM')) return null
        throw error
      } finally {
        stream.off('data', watch)
      }
    },
    masters: () => [link],
    async transaction(commands) {
      const batch = client.multi()
      for (const [name, ...args] of commands) batch.callBuffer(name, args.map(asArgument))
      const replies = await inTime(batch.exec())
      return replies?.map(([error, reply]) => error ?? (reply as Reply)) ?? null
    },
    ownerOf: () => null,
    addresses: () => null,
    end: () => client.disconnect(),
  }
  return link
}

/** Its commands have the driver's own time limit. */
export function clusterLink(cluster: Cluster, timeoutMs: number): RedisLink {
  return {
    isCluster: true,
    ended: () => cluster.status === 'end' || cluster.status === 'close',
    send: ([name, ...args]) => cluster.callBuffer(name, args.map(asArgument)) as Promise<Reply>,
    scanText: () => Promise.reject(new TypeError('a cluster is scanned server by server')),
    // A pipeline of the driver serves keys of one server alone; single commands are followed wherever their slot went.
    async sendAll(commands) {
      const replies = await Promise.allSettled(
        commands.map(([name, ...args]) => cluster.callBuffer(name, args.map(asArgument)) as Promise<Reply>),
      )
      return replies.map((reply) => {
        if (reply.status === 'fulfilled') return reply.value
        return reply.reason instanceof Error ? reply.reason : new Error('failed')
      })
    },
    masters: () => cluster.nodes('master').map((node) => nodeLink(node, timeoutMs)),
    ownerOf(slot) {
      const name = cluster.slots[slot]?.[0]
      const at = name?.lastIndexOf(':') ?? -1
      return name === undefined || at === -1 ? null : { host: name.slice(0, at), port: Number(name.slice(at + 1)) }
    },
    strings: () => Promise.resolve(null),
    addresses: () =>
      cluster.nodes('master').map(({ options }) => ({ host: options.host ?? 'localhost', port: options.port ?? 0 })),
    end: () => cluster.disconnect(),
  }
}

/** The driver wants a Buffer; this one shares the bytes. */
function asArgument(value: Argument): string | Buffer | number {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value
}

/** Text of a reply that is one. */
export function textOf(reply: Reply | undefined): string {
  return Buffer.isBuffer(reply) ? reply.toString('utf8') : typeof reply === 'number' ? String(reply) : ''
}
