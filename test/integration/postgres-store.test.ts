import { postgresMissing } from '../support/servers/postgres.ts'
import { sqlStoreSuite } from './support/sql-store-suite.ts'

sqlStoreSuite('postgres', 'PostgreSQL', 'sqlalchemy_postgresql', postgresMissing())
