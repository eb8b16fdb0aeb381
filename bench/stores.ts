import { ferretdbMissing } from '../test/support/servers/ferretdb.ts'
import { mariadbMissing } from '../test/support/servers/mariadb.ts'
import { postgresMissing } from '../test/support/servers/postgres.ts'
import { redisMissing } from '../test/support/servers/redis.ts'
import { measureMongodb } from './stores-mongodb.ts'
import { measureMoving } from './stores-move.ts'
import { measureRedis } from './stores-redis.ts'
import { measureSql } from './stores-sql.ts'

/** Shared stores: what the app adds to the reads themselves. Real servers, each started for its measurement. */
const measurements: Readonly<Record<string, readonly [missing: string | null, measure: () => Promise<void>]>> = {
  Redis: [redisMissing(), measureRedis],
  PostgreSQL: [postgresMissing(), () => measureSql('postgres', 'PostgreSQL', 'pg')],
  MariaDB: [mariadbMissing(), () => measureSql('mysql', 'MariaDB', 'mysql2')],
  moving: [redisMissing() ?? postgresMissing(), measureMoving],
  MongoDB: [await ferretdbMissing(), measureMongodb],
}

// `node bench/stores.ts Redis` for one alone.
const wanted = process.argv.slice(2)
for (const [name, [missing, measure]] of Object.entries(measurements)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stderr.write(missing === null ? `${name}\n` : `${name} ${missing}\n`)
  if (missing === null) await measure()
}
