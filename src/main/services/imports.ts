import { AppError } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import { MEMORY_ID } from '../sources/interfaces.ts'
import type { Core } from './core.ts'
import { commitImport } from './commit-import.ts'
import { sourceAround } from './covering-source.ts'
import { anyTargetOf } from './formats-lookup.ts'
import type { Implementer } from './implementer.ts'
import { groundOf } from './import-destination.ts'
import { importItem, importItems } from './import-items.ts'
import type { StagedItem } from './import-tray.ts'
import { ensureSealing } from './protected.ts'
import { streamOf } from './queue-iterator.ts'
import { absolutePath } from './sources.ts'
import { stageFiles, unlockStaged } from './stage-files.ts'
import { chooseFormat, stageText } from './stage-text.ts'
import { stageUploads } from './stage-uploads.ts'

export function importsService(os: Implementer['imports'], core: Core) {
  const { library, ports, tray } = core
  const reading = { scanner: library.scanner, log: ports.log, scratch: ports.paths.scratch }

  /** Places opened for an import, by its ticket: their passcodes go with it. */
  const opened = new Map<string, Set<string>>()

  function staged({ items, ignored }: { items: StagedItem[]; ignored: number }, dispose = (): void => {}) {
    const ticket = tray.stage(items, () => {
      dispose()
      for (const path of opened.get(ticket) ?? []) {
        if (sourceAround(library, path) === null) library.scanner.forgetPasscodes(path)
      }
      opened.delete(ticket)
    })
    return { ticket, items: importItems(library, items), ignored }
  }

  return {
    stageText: os.stageText.handler(async ({ input }) => staged(await stageText(input.text, ports.log))),
    stagePaths: os.stagePaths.handler(async ({ input, signal }) => {
      const paths = input.paths.map((path) => absolutePath(path, ports.paths.home))
      return staged(await stageFiles(reading, paths, signal))
    }),
    stageUploads: os.stageUploads.handler(async ({ input, signal }) => {
      if (!ports.transfers) throw new AppError('request.unsupported', { reason: 'this window hands over paths' })
      const { paths, dispose } = await stageUploads(ports.transfers, ports.paths.scratch, input.uploadIds)
      try {
        return staged(await stageFiles(reading, paths, signal), dispose)
      } catch (error) {
        dispose()
        throw error
      }
    }),
    choose: os.choose.handler(async ({ input: { ticket, itemId, formatId } }) => {
      const item = chooseFormat(tray.item(ticket, itemId), formatId, ports.log)
      tray.replace(ticket, item)
      return importItem(library, item)
    }),
    unlock: os.unlock.handler(async ({ input: { ticket, itemId, passcode } }) => {
      const { locked } = tray.item(ticket, itemId)
      if (!locked) throw new AppError('request.invalid', { field: 'itemId', reason: 'this item is not locked' })
      const items = await unlockStaged(reading, locked, Secret.fromText(passcode))
      tray.expand(ticket, itemId, items)
      opened.set(ticket, (opened.get(ticket) ?? new Set()).add(locked.root))
      return importItems(library, tray.items(ticket))
    }),
    commit: os.commit.handler(async ({ input, signal }) => {
      const { ticket, items, values } = input
      const destination =
        input.destination.kind === 'folder'
          ? { ...input.destination, path: absolutePath(input.destination.path, ports.paths.home) }
          : input.destination
      tray.items(ticket)
      const ground = groundOf(library, destination)
      const isOwn = ground.kind === 'own'
      if (isOwn && ground.sourceId !== MEMORY_ID) await ensureSealing(library.protection)
      const target = input.target && !isOwn ? anyTargetOf(input.target) : null
      const commit = { ticket, items, destination, target, values }
      return streamOf(signal, (emit, stopped) => commitImport(core, tray, commit, emit, stopped))
    }),
    discard: os.discard.handler(async ({ input }) => ({ discarded: tray.discard(input.ticket) })),
  }
}
