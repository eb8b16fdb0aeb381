import type { Core } from '../core.ts'
import type { Implementer } from '../implementer.ts'
import { startCheck } from './check-job.ts'
import { wipe } from './login-access.ts'
import type { Telegram } from './open-telegram.ts'
import { planCheck } from './plan-check.ts'
import { type SelectOptions, selectSessions } from './select-sessions.ts'
import {
  addTelegramProxy,
  changeTelegramSettings,
  readTelegramSettings,
  removeTelegramProxy,
} from './telegram-settings.ts'
import type { Ref } from '../../sources/interfaces.ts'

export function telegramService(os: Implementer['telegram'], core: Core, telegram: Telegram) {
  const { library, ports } = core
  const { routes } = telegram.telegram
  const select = (refs: readonly Ref[], options: SelectOptions) =>
    selectSessions({ library, logins: library.logins, routes, now: telegram.clock.now }, refs, options)

  return {
    settings: os.settings.handler(async () => readTelegramSettings(core)),
    changeSettings: os.changeSettings.handler(({ input }) => changeTelegramSettings(core, input)),
    addProxy: os.addProxy.handler(({ input }) => addTelegramProxy(core, input)),
    removeProxy: os.removeProxy.handler(async ({ input }) => removeTelegramProxy(core, input.id)),
    contacts: os.contacts.handler(async () => telegram.contacts.list()),

    planCheck: os.planCheck.handler(async ({ input }) =>
      planCheck(await select(input.refs, input), readTelegramSettings(core)),
    ),
    check: os.check.handler(async ({ input }) => {
      // Said before it starts, not once for each session.
      wipe(routes.app().apiHash)
      return startCheck({ ...telegram, library, log: ports.log }, await select(input.refs, input), input)
    }),
    results: os.results.handler(async ({ input, signal }) => telegram.streams.read(input.jobId, signal)),
  }
}
