/** A page, a search and a count at once; bots need the other connections. */
export const MOST_READERS = 3
/** How long a connection that nobody uses is kept. */
export const IDLE_MS = 30_000
/** How long what is known of the tables stays good. */
export const SCHEMA_FOR_MS = 5000
/** The server ends a statement by itself; this much later the connection is given up. */
export const GRACE_MS = 2000
