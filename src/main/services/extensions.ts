import { basename } from 'node:path'
import type { Extensions as ExtensionsView } from '../../shared/contract/extensions.ts'
import { quoted } from '../../shared/error-texts.ts'
import type { ExtensionList } from '../sources/interfaces.ts'
import type { Core } from './core.ts'
import type { Implementer } from './implementer.ts'
import { absolutePath } from './sources.ts'

/** Modules of the person's own: each step that lets one run, or not any more, is in the audit log. */
export function extensionsService(os: Implementer['extensions'], { library, ports }: Core) {
  const { extensions, audit } = library
  const note = (action: string, text: string): void => audit.add({ action, text, ref: null, keyId: null })

  return {
    list: os.list.handler(async () => viewOf(await extensions.list())),
    setFolder: os.setFolder.handler(async ({ input }) => {
      const folder = input.folder === null ? null : absolutePath(input.folder, ports.paths.home)
      const before = (await extensions.list()).folder
      const list = await extensions.setFolder(folder)
      if (folder !== before) {
        note('modules-folder', folder === null ? 'Forgot the folder of modules' : `Named ${quoted(folder)} for modules`)
      }
      return viewOf(list)
    }),
    enable: os.enable.handler(async ({ input: { path, sha256 } }) => {
      const list = await extensions.enable(path, sha256)
      note('module-enabled', `Enabled the module ${quoted(path)}, SHA-256 ${sha256}`)
      return viewOf(list)
    }),
    disable: os.disable.handler(async ({ input: { path } }) => {
      const wasOn = (await extensions.list()).modules.some((one) => one.path === path && one.isEnabled)
      const list = await extensions.disable(path)
      if (wasOn) note('module-disabled', `Disabled the module ${quoted(path)}`)
      return viewOf(list)
    }),
  }
}

function viewOf({ folder, isMissing, modules }: ExtensionList): ExtensionsView {
  return {
    folder,
    missing: isMissing,
    modules: modules.map(({ path, sha256, isEnabled, problem, format, backend }) => ({
      name: basename(path),
      path,
      sha256,
      kind: format ? 'format' : backend && 'backend',
      label: (format ?? backend)?.label ?? null,
      backend: backend && {
        kind: backend.kind,
        label: backend.label,
        help: backend.help,
        medium: backend.medium,
        fields: { ...backend.fields },
      },
      enabled: isEnabled,
      problem,
    })),
  }
}
