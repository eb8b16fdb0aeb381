import { Secret } from '../domain/secret.ts'
import { checkSave } from './check-save.ts'
import { planConversion } from './conversion-plan.ts'
import type { Core } from './core.ts'
import { anyTargetOf } from './formats-lookup.ts'
import type { Implementer } from './implementer.ts'
import { streamOf } from './queue-iterator.ts'
import { type SaveDestination, saveExport, type SaveInput } from './save-export.ts'
import { absolutePath } from './sources.ts'

export function exportsService(os: Implementer['exports'], core: Core) {
  const { home } = core.ports.paths
  return {
    plan: os.plan.handler(({ input, signal }) =>
      planConversion(core, input.refs, anyTargetOf(input.target), input.values, signal),
    ),
    save: os.save.handler(async ({ input, signal }) => {
      const { protection } = input
      const save: SaveInput = {
        refs: input.refs,
        target: anyTargetOf(input.target),
        values: input.values,
        destination: absolute(input.destination),
        passphrase: protection.kind === 'age' ? Secret.fromText(protection.passphrase) : null,
        overwrite: input.overwrite,
      }
      await checkSave(core, save, protection.kind)
      return streamOf(signal, (emit, stopped) => saveExport(core, save, emit, stopped))
    }),
  }

  function absolute(destination: SaveDestination): SaveDestination {
    if (destination.kind !== 'file' && destination.kind !== 'folder') return destination
    return { kind: destination.kind, path: absolutePath(destination.path, home) }
  }
}
