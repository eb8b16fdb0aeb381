import { dcOfAddress } from '../domain/data-centers.ts'
import { homeOf, type Session } from '../domain/session.ts'

/** Whether a session lives on the test servers; told by its address where it does not say, production by default. */
export function testModeOf(session: Pick<Session, 'test' | 'dataCenters'>): boolean {
  const address = homeOf(session)?.address
  return session.test ?? (address == null ? false : (dcOfAddress(address)?.test ?? false))
}
