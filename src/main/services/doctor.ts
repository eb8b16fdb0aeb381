import { dirname } from 'node:path'
import { quoted } from '../../shared/error-texts.ts'
import { AppError } from '../domain/errors.ts'
import { type Examination, examineSession } from '../sources/examine.ts'
import type { Ref } from '../sources/interfaces.ts'
import { describeEntry } from './account-words.ts'
import type { Core } from './core.ts'
import { targetOf } from './formats-lookup.ts'
import type { Implementer } from './implementer.ts'
import { landInFolder } from './import-destination.ts'
import { nameOf } from './present.ts'

/** What is wrong with how a session is kept, and a clean copy of it. */
export function doctorService(os: Implementer['doctor'], core: Core) {
  const { library, ports } = core

  function examine(ref: Ref): Promise<Examination> {
    return examineSession(library.store(ref.sourceId), ref.key, {
      scanner: library.scanner,
      scratch: ports.paths.scratch,
      nowSeconds: nowSeconds(),
    })
  }

  function nowSeconds(): number {
    return Math.floor(ports.clock.now() / 1000)
  }

  return {
    examine: os.examine.handler(async ({ input }) => {
      const { findings, cure } = await examine(input.ref)
      const { path } = library.catalog.get(input.ref).summary
      return {
        findings: findings.map(({ code, message, cured }) => ({ code, message, cured })),
        cure: cure && {
          target: { formatId: cure.target.formatId, variant: cure.target.options.variant },
          changes: [...cure.changes],
          lost: cure.lost.map(({ field, label, count, text, phrase }) => ({ field, label, count, text, phrase })),
          folder: path === null ? null : dirname(path),
        },
      }
    }),
    repair: os.repair.handler(async ({ input }) => {
      const { ref } = input
      const entry = library.catalog.get(ref)
      const folder = input.folder ?? (entry.summary.path === null ? null : dirname(entry.summary.path))
      if (folder === null) throw new AppError('request.invalid', { field: 'folder', reason: 'name a folder' })
      const { cure } = await examine(ref)
      if (cure === null) throw new AppError('request.unsupported', { reason: 'a copy would be no better' })
      const target = targetOf({ formatId: cure.target.formatId, variant: cure.target.options.variant })
      const opened = await library.store(ref.sourceId).open(ref.key)
      try {
        const options = { options: new Map<string, string>(), nowSeconds: nowSeconds() }
        const landed = await landInFolder(library, folder, `${nameOf(entry)} repaired`, opened, target, options)
        const path = landed.path ?? folder
        library.audit.add({
          action: 'repaired',
          text: `Wrote a repaired copy of ${describeEntry(entry)} to ${quoted(path)}`,
          ref,
          keyId: entry.summary.keyId,
        })
        return { path, ref: landed.ref }
      } finally {
        await opened.close()
      }
    }),
  }
}
