import { AppError } from '../../domain/errors.ts'
import { Secret } from '../../domain/secret.ts'
import type { Core } from '../core.ts'
import type { Implementer } from '../implementer.ts'
import { startCheck } from './check-job.ts'
import { endDevice, endOtherDevices, listDevices } from './devices.ts'
import { createLoginQuestions, startLogIn } from './log-in.ts'
import { startLogInBots } from './log-in-bots.ts'
import { wipe } from '../../telegram/wipe.ts'
import type { Telegram } from './open-telegram.ts'
import { planCheck } from './plan-check.ts'
import { endOthersWord, planEndOthers } from './plan-end-others.ts'
import { planRevoke } from './plan-revoke.ts'
import { startRevoke } from './revoke-job.ts'
import { type SelectOptions, selectSessions } from './select-sessions.ts'
import {
  addTelegramApp,
  addTelegramProxy,
  changeTelegramSettings,
  readTelegramSettings,
  removeTelegramApp,
  removeTelegramProxy,
} from './telegram-settings.ts'
import type { Ref } from '../../sources/interfaces.ts'

export function telegramService(os: Implementer['telegram'], core: Core, telegram: Telegram) {
  const { library, ports } = core
  const { routes } = telegram.telegram
  const select = (refs: readonly Ref[], options: SelectOptions) =>
    selectSessions({ library, logins: library.logins, routes, now: telegram.clock.now }, refs, options)

  const questions = createLoginQuestions()
  const asking = (input: { ref: Ref; includeInUse: boolean }, signal: AbortSignal | undefined) => ({
    ref: input.ref,
    options: { includeInUse: input.includeInUse },
    signal: signal ?? new AbortController().signal,
  })

  return {
    settings: os.settings.handler(async () => readTelegramSettings(core)),
    changeSettings: os.changeSettings.handler(({ input }) => changeTelegramSettings(core, input)),
    addProxy: os.addProxy.handler(({ input }) => addTelegramProxy(core, input)),
    removeProxy: os.removeProxy.handler(async ({ input }) => removeTelegramProxy(core, input.id)),
    addApp: os.addApp.handler(({ input }) => addTelegramApp(core, input)),
    removeApp: os.removeApp.handler(async ({ input }) => removeTelegramApp(core, input.apiId)),
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

    planRevoke: os.planRevoke.handler(({ input }) => planRevoke(core, routes, input.refs)),
    revoke: os.revoke.handler(async ({ input: { refs, thenDelete, includeInUse } }) => {
      wipe(routes.app().apiHash)
      const chosen = await select(refs, { includeInUse, includeRecent: true })
      return startRevoke(core, telegram, chosen, { includeInUse, thenDelete })
    }),

    devices: os.devices.handler(({ input, signal }) => listDevices(core, telegram.telegram, asking(input, signal))),
    endDevice: os.endDevice.handler(({ input, signal }) =>
      endDevice(core, telegram.telegram, asking(input, signal), BigInt(input.hash)),
    ),
    planEndOthers: os.planEndOthers.handler(async ({ input }) => {
      const { word, sessions } = await planEndOthers(library, input.ref)
      return { word, sessions: [...sessions] }
    }),
    endOthers: os.endOthers.handler(async ({ input, signal }) => {
      if (input.typed.trim() !== endOthersWord(library, input.ref)) throw new AppError('request.confirmation', {})
      return endOtherDevices(core, telegram.telegram, asking(input, signal))
    }),

    logInBots: os.logInBots.handler(({ input, signal }) => startLogInBots(core, telegram, input, signal)),
    logIn: os.logIn.handler(({ input, signal }) => startLogIn(core, telegram, questions, input, signal)),
    answerLogin: os.answerLogin.handler(async ({ input: { loginId, answer } }) => {
      questions.answer(loginId, Secret.fromText(answer))
      return { accepted: true }
    }),
  }
}
