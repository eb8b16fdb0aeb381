// A backend of our own: a server that speaks the protocol of Redis, reached with nothing but Node's own modules.
import net from 'node:net'
import tls from 'node:tls'

export const acmeKv = {
  apiVersion: 1,
  kind: 'backend',
  make: ({ AppError }) => ({
    kind: 'acme-kv',
    label: 'Acme KV',
    help: 'The key-value server of our own bots.',
    medium: 'keyvalue',
    fields: {
      address: { label: 'Host and port', placeholder: 'kv.example.com:7000' },
      database: { label: 'Database', placeholder: '0' },
      user: { label: 'User' },
      password: { label: 'Password' },
      tls: true,
      prefix: 'Keys that begin otherwise are left alone.',
    },

    async connect({ address, database, user, tls: encryption }, { password }, { signal, connectTimeoutMs }) {
      const [, host, port] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(address) ?? []
      if (host === undefined) throw new AppError('request.invalid', { field: 'address', reason: 'write host:port' })
      const socket = await opened({ host, port: Number(port), encryption, connectTimeoutMs })
      signal.addEventListener('abort', () => socket.destroy(), { once: true })
      const send = client(socket, AppError)
      try {
        if (password !== null) {
          await send('AUTH', ...(user === '' ? [] : [user]), password.openText()).catch(() => {
            throw new AppError('source.login-failed', {})
          })
        }
        await send('SELECT', database === '' ? '0' : database)
        const [, version] = /^redis_version:(.*?)\r?$/m.exec((await send('INFO', 'server')).toString()) ?? []
        return connection(send, socket, `Acme KV ${version}`, AppError)
      } catch (error) {
        socket.destroy()
        throw error
      }
    },
  }),
}

function opened({ host, port, encryption: { mode, ca }, connectTimeoutMs }) {
  const secure = { host, port, servername: net.isIP(host) ? '' : host, rejectUnauthorized: mode === 'verify' }
  const socket = mode === 'off' ? net.connect({ host, port }) : tls.connect({ ...secure, ...(ca !== '' && { ca }) })
  return new Promise((resolve, reject) => {
    socket.setTimeout(connectTimeoutMs, () => socket.destroy(new Error('too slow')))
    // It stays on: an error that nobody listens to would end the whole program.
    socket.on('error', reject)
    socket.once(mode === 'off' ? 'connect' : 'secureConnect', () => {
      socket.setTimeout(0)
      resolve(socket)
    })
  })
}

/** Sends a command, answers its reply: bytes, a number, null, or a list of those. */
function client(socket, AppError) {
  const waiting = []
  let received = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    for (let reply = replyAt(received, 0); reply !== null; reply = replyAt(received, 0)) {
      received = received.subarray(reply.end)
      const { resolve, reject } = waiting.shift()
      if (reply.value instanceof Error) reject(reply.value)
      else resolve(reply.value)
    }
  })
  const lost = () => new AppError('source.unreachable', { reason: 'the connection was lost' })
  socket.on('close', () => {
    for (const { reject } of waiting.splice(0)) reject(lost())
  })
  return (...command) =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(lost())
      waiting.push({ resolve, reject })
      const parts = command.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))
      socket.write(
        Buffer.concat([
          Buffer.from(`*${parts.length}\r\n`),
          ...parts.flatMap((part) => [Buffer.from(`$${part.byteLength}\r\n`), part, Buffer.from('\r\n')]),
        ]),
      )
    })
}

/** The reply that begins there and where it ends; null when some of it is still on its way. */
function replyAt(bytes, start) {
  const line = bytes.indexOf('\r\n', start)
  if (line === -1) return null
  const text = bytes.toString('utf8', start + 1, line)
  const end = line + 2
  const count = Number(text)
  switch (bytes.toString('latin1', start, start + 1)) {
    case '+':
      return { value: Buffer.from(text), end }
    case '-':
      return { value: new Error(text), end }
    case ':':
      return { value: count, end }
    case '$':
      if (count === -1) return { value: null, end }
      return bytes.byteLength < end + count + 2
        ? null
        : { value: bytes.subarray(end, end + count), end: end + count + 2 }
    default: {
      if (count === -1) return { value: null, end }
      const list = { value: [], end }
      for (let index = 0; index < count; index += 1) {
        const item = replyAt(bytes, list.end)
        if (item === null) return null
        list.value.push(item.value)
        list.end = item.end
      }
      return list
    }
  }
}

function connection(send, socket, server, AppError) {
  const reader = {
    async *scan(pattern, signal) {
      const seen = new Set()
      let cursor = '0'
      do {
        signal?.throwIfAborted()
        const [next, found] = await send('SCAN', cursor, 'MATCH', pattern, 'COUNT', '1000')
        cursor = next.toString()
        // The server may tell a key twice; none comes twice from here.
        const keys = found.map(String).filter((key) => !seen.has(key))
        for (const key of keys) seen.add(key)
        if (keys.length > 0) yield keys
      } while (cursor !== '0')
    },
    get: (keys) => Promise.all(keys.map((key) => valueOf(send, key))),
    async members(key) {
      return (await typeOf(send, key)) === 'set' ? (await send('SMEMBERS', key)).map(String) : null
    },
  }

  let turn = Promise.resolve()
  /** WATCH what is read, MULTI … EXEC what is written: all of it or nothing. */
  async function transaction(work) {
    const commands = []
    const watched = async (keys, read) => {
      if (keys.length > 0) await send('WATCH', ...keys)
      return read()
    }
    const writer = {
      ...reader,
      get: (keys) => watched(keys, () => reader.get(keys)),
      members: (key) => watched([key], () => reader.members(key)),
      put: (key, bytes) => void commands.push(['SET', key, bytes]),
      putFields: (key, fields) => void commands.push(['HSET', key, ...[...fields].flat()]),
      addMember: (key, member) => void commands.push(['SADD', key, member]),
      removeMember: (key, member) => void commands.push(['SREM', key, member]),
      remove: (key) => void commands.push(['DEL', key]),
    }
    try {
      await work(writer)
    } catch (error) {
      await send('UNWATCH').catch(() => undefined)
      throw error
    }
    const sent = [['MULTI'], ...commands, ['EXEC']].map((command) => send(...command))
    const replies = await Promise.allSettled(sent)
    const refused = replies.find(({ status }) => status === 'rejected')
    if (refused)
      throw /^(READONLY|NOPERM)/.test(refused.reason.message) ? new AppError('source.read-only', {}) : refused.reason
    // No reply: a watched key changed meanwhile, and nothing was written.
    if (replies.at(-1).value === null) throw new AppError('source.changed', {})
  }

  return {
    server,
    reader,
    write(work) {
      const mine = turn.then(() => transaction(work))
      turn = mine.catch(() => undefined)
      return mine
    },
    async close() {
      socket.destroy()
    },
  }
}

async function typeOf(send, key) {
  return (await send('TYPE', key)).toString()
}

async function valueOf(send, key) {
  const type = await typeOf(send, key)
  if (type === 'none') return null
  if (type === 'string') return { type, bytes: new Uint8Array((await send('GET', key)) ?? []) }
  if (type !== 'hash') return { type: 'other', name: type }
  const cells = await send('HGETALL', key)
  const fields = new Map()
  for (let at = 0; at < cells.length; at += 2) fields.set(cells[at].toString(), new Uint8Array(cells[at + 1]))
  return { type, fields }
}
