import { everyStoreKit } from '../support/servers/stores.ts'
import { storeSourceSuite } from '../suites/store-source.ts'

for (const kit of await everyStoreKit()) storeSourceSuite(kit)
