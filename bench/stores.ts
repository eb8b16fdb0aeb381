import { measureRedis } from './stores-redis.ts'

/** Shared stores: what the app adds to the reads themselves. */
await measureRedis()
