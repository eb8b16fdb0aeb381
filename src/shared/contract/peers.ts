import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { call, int64Schema, refSchema, windowSchema } from './common.ts'
import { sessionRowSchema } from './sessions.ts'

const peerSchema = z.object({
  kind: z.enum(['user', 'chat', 'channel']),
  type: z
    .enum(['user', 'bot', 'group', 'channel', 'supergroup', 'gigagroup', 'forum', 'direct', 'community'])
    .nullable(),
  /** Bare id. */
  id: int64Schema,
  /** User id, -id of a basic group, -100… of a channel. */
  markedId: int64Schema,
  accessHash: int64Schema.nullable(),
  usernames: z.array(z.string()),
  phone: z.string().nullable(),
  name: z.string().nullable(),
  updatedAt: z.number().nullable(),
  /** Known only in "min" form: its access hash, if any, works only together with a message that showed the peer. */
  isMin: z.boolean(),
})
export type Peer = z.infer<typeof peerSchema>

const peerFilterSchema = z.enum(['all', 'users', 'bots', 'groups', 'channels'])
const peerSortSchema = z.object({ by: z.enum(['id', 'name', 'updated']), direction: z.enum(['asc', 'desc']) })

const whoKnowsEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), done: z.number(), total: z.number() }),
  z.object({ type: z.literal('match'), session: sessionRowSchema, peer: peerSchema }),
  z.object({ type: z.literal('failed'), session: sessionRowSchema, message: z.string() }),
  z.object({ type: z.literal('done'), matches: z.number(), searched: z.number() }),
])
export type WhoKnowsEvent = z.infer<typeof whoKnowsEventSchema>

export const peersContract = {
  page: call
    .input(
      z.object({
        ref: refSchema,
        /** Name, @username, phone, bare id, -100… id, negative chat id. */
        search: z.string().max(200).default(''),
        filter: peerFilterSchema.default('all'),
        sort: peerSortSchema.default({ by: 'id', direction: 'asc' }),
        ...windowSchema.shape,
      }),
    )
    .output(z.object({ peers: z.array(peerSchema), total: z.number().nullable(), more: z.boolean() })),
  /** "Which of my sessions knows this peer?" Streams matches; abort to cancel. */
  whoKnows: call.input(z.object({ search: z.string().min(1).max(200) })).output(eventIterator(whoKnowsEventSchema)),
}
