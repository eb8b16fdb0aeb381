import { quickStoreKits } from '../../../test/support/servers/stores.ts'
import { storeSourceSuite } from '../../../test/suites/store-source.ts'

// With the other servers: test/integration/store-source.test.ts.
for (const kit of quickStoreKits) storeSourceSuite(kit)
