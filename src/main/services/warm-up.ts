import { setImmediate as nextTurn } from 'node:timers/promises'
import { createRouterClient, type Router } from '@orpc/server'
import type { Contract } from '../../shared/contract/index.ts'
import type { Core } from './core.ts'
import { wholeList } from './whole-list.ts'

const FIRST_WINDOW = { offset: 0, limit: 100 }
/**
 * Asks the window's first questions while its page still loads: statements are then compiled, counts known and schemas
 * warm when it asks them itself. In turns, so that whoever connects meanwhile does not wait for all of it.
 */
export async function warmUp({ library }: Core, router: Router<Contract, Record<never, never>>): Promise<void> {
  await nextTurn()
  library.catalog.page(wholeList, FIRST_WINDOW)
  await nextTurn()
  library.catalog.counts()
  await nextTurn()
  const client = createRouterClient(router, { context: {} })
  await client.sessions.list({ ...wholeList, ...FIRST_WINDOW })
  await nextTurn()
  await client.sessions.counts()
  await client.sources.list()
}
