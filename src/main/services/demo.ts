import { Secret } from '../domain/secret.ts'
import type { DemoTelegram } from '../samples/demo-telegram.ts'
import type { Core } from './core.ts'
import { isBuiltIn } from '../sources/interfaces.ts'
import { addSampleLibrary } from './samples.ts'
import { readKept } from './telegram/kept-settings.ts'
import { changeTelegramSettings } from './telegram/telegram-settings.ts'
import { traceOf } from './trace.ts'

export interface Demo {
  close(): Promise<void>
}

/**
 * `--demo`: the sample library, and a Telegram on loopback that knows its logins. The settings name its addresses, where
 * the window shows them; so nothing of the demo ever reaches Telegram's own.
 */
export function startDemo(core: Core): Demo {
  const { log } = core.ports
  // The window opens meanwhile and sees them arrive.
  const started = start(core).catch(async (error: unknown): Promise<null> => {
    log.error('the Telegram of the demo could not be started', traceOf(error))
    // Something to look at all the same.
    await addSampleLibrary(core).catch((cause: unknown) =>
      log.error('the sample library could not be made', traceOf(cause)),
    )
    return null
  })
  return {
    close: async () => {
      await (await started)?.close()
    },
  }
}

async function start(core: Core): Promise<DemoTelegram | null> {
  const { library, ports } = core
  // Large, and wanted here alone.
  const [{ DEMO_APP, startDemoTelegram }, { createDemoLogins }, { SAMPLE_PASSCODE }] = await Promise.all([
    import('../samples/demo-telegram.ts'),
    import('../samples/demo-logins.ts'),
    import('../samples/desktop-folders.ts'),
  ])
  const { apiId } = readKept(library.settings)
  const isUsed = library.sources().some((source) => !isBuiltIn(source))
  if (apiId === null ? isUsed : apiId !== DEMO_APP.apiId) {
    // A data folder that somebody uses: no passphrase that everybody knows, and no other addresses.
    await addSampleLibrary(core)
    return null
  }
  const telegram = await startDemoTelegram(ports.paths.code)
  try {
    const { state, kind } = library.protection.state()
    // The hash is sealed, as everybody's is.
    if (state === 'none') await library.protection.setUp(kind === 'keychain' ? null : Secret.fromText(SAMPLE_PASSCODE))
    const logins = createDemoLogins()
    const allMade = async (): Promise<void> => {
      await telegram.add(logins.list())
      // Not before: a login that it does not know yet would pass for a dead one.
      await changeTelegramSettings(core, {
        ...DEMO_APP,
        dcOverrides: telegram.endpoints.map((endpoint) => ({ ...endpoint })),
        serverKeys: [telegram.publicKeyPem],
      })
    }
    await addSampleLibrary(core, { onSession: logins.add, allMade })
    return telegram
  } catch (error) {
    await telegram.close()
    throw error
  }
}
