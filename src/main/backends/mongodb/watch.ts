import type * as Mongo from 'mongodb'
import { mongoError } from './errors.ts'
import type { Link } from './link.ts'

const REOPEN_AFTER_MS = 1000

/**
 * Listens to a server's change streams. Null where it has none, or where the user may not listen.
 * @throws AppError source.unreachable
 */
export async function watchDocuments(
  link: Link,
  prefix: string,
  onChange: () => void,
  onLost: () => void,
): Promise<(() => Promise<void>) | null> {
  let closed = false
  const open = async (): Promise<Mongo.ChangeStream> => {
    const made = link.database === '' ? link.client.watch(stages(prefix)) : link.client.db(link.database).watch([])
    try {
      // Opens it: from here on nothing is missed.
      const first: unknown = await made.tryNext()
      if (first !== null) onChange()
      return made
    } catch (error) {
      await made.close().catch(() => {})
      throw error
    }
  }
  let stream: Mongo.ChangeStream
  try {
    stream = await open()
  } catch (error) {
    const known = mongoError(error)
    if (known.code === 'source.unreachable') throw known
    return null
  }

  async function listen(): Promise<void> {
    while (!closed) {
      try {
        await stream.next()
        if (!closed) onChange()
      } catch {
        await stream.close().catch(() => {})
        while (!closed) {
          await new Promise((resolve) => setTimeout(resolve, REOPEN_AFTER_MS).unref())
          if (closed) return
          try {
            stream = await open()
            onLost()
            break
          } catch {
            // Not yet: the server is still gone.
          }
        }
      }
    }
  }
  void listen()
  return async () => {
    closed = true
    await stream.close().catch(() => {})
  }
}

function stages(prefix: string): Mongo.Document[] {
  if (prefix === '') return []
  const pattern = `^${prefix.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}`
  return [{ $match: { 'ns.db': { $regex: pattern } } }]
}
