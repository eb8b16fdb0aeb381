import { type Client, connect } from '../api/client.ts'

/** The connection that is made while the rest of the window still loads. */
export interface FirstConnection {
  readonly client: Promise<Client>
  /** Who to tell when it is lost later on. */
  onLost: () => void
}

export function connectFirst(): FirstConnection {
  const first: { client: Promise<Client>; onLost: () => void } = {
    client: connect(() => first.onLost()),
    onLost: () => {},
  }
  // Looked at once the window is there.
  first.client.catch(() => {})
  return first
}
