// Sessions as a bot of our own keeps them in Redis: a hash `acme:<name>` with dc, address, port and key in hexadecimal.
export const acmeRedis = {
  apiVersion: 1,
  kind: 'format',
  make: ({ AppError, Secret, authKeyFrom, emptySession, fromHex, homeOf, toHex }) => {
    const PREFIX = 'acme:'
    const text = (bytes) => (bytes === undefined ? null : new TextDecoder().decode(bytes))
    const bytes = (value) => new TextEncoder().encode(String(value))

    function storedFrom(name, value) {
      if (value?.type !== 'hash') return null
      const field = (one) => text(value.fields.get(one))
      const key = authKeyFrom(fromHex(field('key') ?? ''))
      const [id, port] = [Number(field('dc')), Number(field('port'))]
      const isWhole = key instanceof Secret && Number.isInteger(id) && Number.isInteger(port)
      const problems = isWhole ? [] : [{ code: 'session.damaged', message: 'A field of it is damaged.' }]
      const dataCenter = { id, address: field('address'), port, authKey: key, home: true }
      const info = { formatId: 'acme.redis', variant: '1', library: 'acme', formatVersion: null }
      const session = { ...emptySession(), dataCenters: isWhole ? [dataCenter] : [], test: false }
      return { key: name, name, decoded: { info, problems, session } }
    }

    return {
      id: 'acme.redis',
      library: 'acme',
      label: 'Acme Redis',
      help: 'The sessions of our own bots.',
      medium: 'keyvalue',
      variants: [
        {
          id: '1',
          label: '1',
          library: 'acme',
          carries: new Set(['dc', 'address', 'auth-key']),
          requires: ['auth-key', 'dc', 'address'],
          writable: true,
        },
      ],
      defaultVariant: '1',
      async survey(reader, signal) {
        for await (const keys of reader.scan(`${PREFIX}*`, signal)) {
          if (keys.length > 0) return [{ prefix: PREFIX, sessions: null }]
        }
        return []
      },
      async *pages(reader, prefix, signal) {
        for await (const keys of reader.scan(`${prefix}*`, signal)) {
          const values = await reader.get(keys)
          const page = keys.map((key, index) => storedFrom(key.slice(PREFIX.length), values[index]))
          yield page.filter((one) => one !== null)
        }
      },
      async read(reader, key) {
        const [value] = await reader.get([PREFIX + key])
        return storedFrom(key, value)
      },
      async write(writer, key, session) {
        const home = homeOf(session)
        if (!home?.authKey) throw new AppError('session.no-key', {})
        const fields = { dc: home.id, address: home.address, port: home.port, key: toHex(home.authKey.open()) }
        writer.remove(PREFIX + key)
        writer.putFields(PREFIX + key, new Map(Object.entries(fields).map(([name, value]) => [name, bytes(value)])))
      },
      async remove(writer, key) {
        writer.remove(PREFIX + key)
      },
      keyFor: (_prefix, name) => name,
    }
  },
}
