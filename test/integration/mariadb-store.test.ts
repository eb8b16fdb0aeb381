import { mariadbMissing } from '../support/servers/mariadb.ts'
import { sqlStoreSuite } from './support/sql-store-suite.ts'

sqlStoreSuite('mysql', 'MariaDB', 'sqlalchemy_mysql', mariadbMissing())
