import { existsSync } from 'node:fs'
import { AppError } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import { browseFolder } from '../sources/browse-folder.ts'
import { appInfo, protectionView } from './app-info.ts'
import type { Core } from './core.ts'
import type { Implementer } from './implementer.ts'
import { addSampleLibrary } from './samples.ts'
import { changeSettings, readSettings } from './settings.ts'
import { absolutePath } from './sources.ts'

export function appService(os: Implementer['app'], core: Core) {
  const { library, ports } = core
  return {
    info: os.info.handler(async () => appInfo(ports, library.protection)),
    settings: os.settings.handler(async () => readSettings(library.settings)),
    changeSettings: os.changeSettings.handler(async ({ input }) => changeSettings(library.settings, input)),
    events: os.events.handler(async ({ signal }) => core.hub.subscribe(signal)),
    touch: os.touch.handler(async () => ({ locksAtMs: core.idle.touch() })),
    pick: os.pick.handler(async ({ input: { kind, title, suggestedName } }) => {
      const gate = ports.fileGate
      if (!gate) throw new AppError('request.unsupported', { reason: 'the window has its own file picker' })
      if (kind === 'files') {
        const paths = await gate.pickFiles(title)
        return paths && { paths: [...paths] }
      }
      const path = kind === 'folder' ? await gate.pickFolder(title) : await gate.pickSave(title, suggestedName ?? '')
      return path === null ? null : { paths: [path] }
    }),
    browse: os.browse.handler(({ input: { path } }) =>
      browseFolder(path === null ? ports.paths.home : absolutePath(path, ports.paths.home)),
    ),
    showInFolder: os.showInFolder.handler(async ({ input: { path } }) => {
      if (!ports.showInFolder || !existsSync(path)) return { shown: false }
      ports.showInFolder(path)
      return { shown: true }
    }),
    addSamples: os.addSamples.handler(async () => ({ sourceId: await addSampleLibrary(core) })),
    protect: os.protect.handler(async ({ input }) => {
      await library.protection.setUp(Secret.fromText(input.passphrase))
      core.idle.restart()
      library.audit.add({ action: 'protected', text: 'Set the passphrase', ref: null, keyId: null })
      return protectionView(library.protection)
    }),
    unlock: os.unlock.handler(async ({ input: { passphrase } }) => {
      await library.protection.unlock(passphrase === null ? null : Secret.fromText(passphrase))
      core.idle.restart()
      return protectionView(library.protection)
    }),
    lock: os.lock.handler(async () => {
      core.lock()
      return protectionView(library.protection)
    }),
  }
}
