import { isIPv6 } from 'node:net'
import type { Contact } from '../../../shared/contract/telegram.ts'
import type { Endpoint, WayOut } from '../../telegram/gateway.ts'
import type { EventHub } from '../event-hub.ts'
import { wayOutNameOf } from '../../telegram/way-out.ts'

/** Where something is contacted at this moment, told to every window. */
export interface Contacts {
  list(): Contact[]
  show<T>(wayOut: WayOut, endpoint: Endpoint, during: () => Promise<T>): Promise<T>
}

export function createContacts(hub: EventHub): Contacts {
  const open = new Map<string, { readonly contact: Omit<Contact, 'count'>; count: number }>()
  const list = (): Contact[] => [...open.values()].map(({ contact, count }) => ({ ...contact, count }))

  return {
    list,
    show: async (wayOut, endpoint, during) => {
      const contact = contactOf(wayOut, endpoint)
      const id = JSON.stringify(contact)
      const entry = open.get(id) ?? { contact, count: 0 }
      open.set(id, entry)
      entry.count += 1
      hub.publish({ type: 'network', contacts: list() })
      try {
        return await during()
      } finally {
        entry.count -= 1
        if (entry.count === 0) open.delete(id)
        hub.publish({ type: 'network', contacts: list() })
      }
    },
  }
}

function contactOf(wayOut: WayOut, { id, host, port, test }: Endpoint): Omit<Contact, 'count'> {
  return {
    wayOut: wayOutNameOf(wayOut),
    dcId: id,
    test,
    address: isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`,
  }
}
