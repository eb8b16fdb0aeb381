import type * as Mongo from 'mongodb'
import type { DocumentsWriter } from '../../formats/media.ts'
import { LOST_WHILE_SAVING, unreachable } from '../network-errors.ts'
import { mongoError, serverCode } from './errors.ts'
import { filterOf } from './filter.ts'
import { ask, collectionOf, type Link } from './link.ts'
import { documentsReader } from './reader.ts'
import { CHUNK_SIZE } from './undo.ts'
import { toBson } from './values.ts'

const NO_SUCH_COMMAND = 59
const COMMIT_TRIES = 3

/**
 * Whether the server has transactions: members of replica sets do, and so do routers. Some servers say that they are in
 * a set without knowing them, and would keep what was to be undone.
 */
export async function hasTransactions(link: Link, hello: Mongo.Document): Promise<boolean> {
  if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') return false
  try {
    // There is none to commit: those who know the command say so.
    await link.client.db('admin').command({ commitTransaction: 1 })
    return true
  } catch (error) {
    const code = serverCode(error)
    if (code === null) throw mongoError(error)
    return code !== NO_SUCH_COMMAND
  }
}

/** @throws AppError source.changed when another client changed meanwhile what is written */
export async function writeInTransaction<T>(link: Link, work: (writer: DocumentsWriter) => Promise<T>): Promise<T> {
  const session = link.client.startSession()
  try {
    session.startTransaction({ readConcern: 'snapshot', writeConcern: { w: 'majority' }, readPreference: 'primary' })
    const result = await work(transactionWriter(link, session))
    await commit(link, session)
    return result
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction().catch(() => {})
    throw mongoError(error)
  } finally {
    await session.endSession().catch(() => {})
  }
}

function transactionWriter(link: Link, session: Mongo.ClientSession): DocumentsWriter {
  return {
    ...documentsReader(link, session),
    async insert(namespace, documents) {
      for (let at = 0; at < documents.length; at += CHUNK_SIZE) {
        const chunk = documents.slice(at, at + CHUNK_SIZE).map((document) => toBson(link.driver, document))
        await ask(link, () => collectionOf(link, namespace).insertMany(chunk, { session }))
      }
    },
    async remove(namespace, match) {
      await ask(link, () => collectionOf(link, namespace).deleteMany(filterOf(link.driver, { match }), { session }))
    },
  }
}

async function commit(link: Link, session: Mongo.ClientSession): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await session.commitTransaction()
      return
    } catch (error) {
      const isUnknown = error instanceof link.driver.MongoError && error.hasErrorLabel('UnknownTransactionCommitResult')
      if (!isUnknown) throw error
      // The same commit can be asked for again: it happens once.
      if (tries === COMMIT_TRIES) throw unreachable(LOST_WHILE_SAVING, error)
    }
  }
}
