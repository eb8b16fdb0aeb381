import type * as Mongo from 'mongodb'
import type { DocumentsFilter, DocumentsRequest, DocumentValue } from '../../formats/media.ts'
import { bsonValue, type Driver } from './values.ts'

/** The driver's filter for a request. */
export function filterOf(
  driver: Driver,
  request: DocumentsFilter & Pick<DocumentsRequest, 'after'>,
): Mongo.Filter<Mongo.Document> {
  const value = (one: DocumentValue): unknown => bsonValue(driver, one)
  const conditions: Mongo.Filter<Mongo.Document>[] = []
  for (const [name, wanted] of Object.entries(request.match ?? {})) conditions.push({ [name]: { $eq: value(wanted) } })
  if (request.within) conditions.push({ [request.within.field]: { $in: request.within.values.map(value) } })
  if (request.except !== undefined)
    conditions.push({ _id: { $ne: value(request.except) } } as Mongo.Filter<Mongo.Document>)
  if (request.after !== undefined)
    conditions.push({ _id: { $gt: value(request.after) } } as Mongo.Filter<Mongo.Document>)
  if (request.range) {
    const { field, from, to } = request.range
    const ends = { ...(from !== null && { $gte: value(from) }), ...(to !== null && { $lte: value(to) }) }
    if (Object.keys(ends).length > 0) conditions.push({ [field]: ends })
  }
  if (request.search) {
    const { contains, ids } = request.search
    const parts: Mongo.Filter<Mongo.Document>[] = contains.map(({ field, text }) => ({
      [field]: { $regex: text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), $options: 'i' },
    }))
    if (ids.length > 0) parts.push({ _id: { $in: ids.map(value) } } as Mongo.Filter<Mongo.Document>)
    conditions.push(parts.length === 1 && parts[0] ? parts[0] : { $or: parts })
  }
  // A server looks up an `_id` quicker where it stands alone.
  if (conditions.length <= 1) return conditions[0] ?? {}
  return { $and: conditions }
}
