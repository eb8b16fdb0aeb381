import { afterAll, beforeAll, describe } from 'vitest'
import { anyFormatById } from '../../src/main/formats/stores.ts'
import { parseStoreAddress } from '../../src/main/sources/store-location.ts'
import { openTestLibrary } from '../support/app/open-test-library.ts'
import { everyStoreKit, type RunningStore } from '../support/servers/stores.ts'
import { sessionStorageSuite } from '../suites/session-storage.ts'

const kits = (await everyStoreKit()).filter(({ missing }) => missing === null)

/** Two apps over one server: each is another process to the other. */
describe.each(kits)('$name', ({ name, start }) => {
  let server: RunningStore
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.stop())

  sessionStorageSuite(name, async () => {
    const both = await Promise.all([openTestLibrary(), openTestLibrary()])
    const [storage, elsewhere] = await Promise.all(
      both.map(async ({ library }) => {
        const { id } = await library.addStore({ ...parseStoreAddress(server.address), name: null })
        library.allowWriting(id, true)
        await library.idle()
        return library.storage(id)
      }),
    )
    if (!storage || !elsewhere) throw new Error('not opened')
    return {
      storage,
      elsewhere,
      target: { formatId: server.formatId, options: { variant: variantOf(server), options: new Map(), nowSeconds: 0 } },
      logged: both[0].logged,
      close: async () => {
        for (const one of both) await one.close()
        await server.clear()
      },
    }
  })
})

function variantOf({ formatId }: RunningStore): string {
  return anyFormatById(formatId).defaultVariant
}
