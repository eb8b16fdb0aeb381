import { AppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import type { Ref } from '../sources/interfaces.ts'
import { describeEntry } from './account-words.ts'
import { CLEAR_AFTER_MS } from './clipboard-guard.ts'
import type { Core } from './core.ts'
import { fillFrom } from './fill-values.ts'
import { targetOf } from './formats-lookup.ts'
import type { Implementer } from './implementer.ts'
import { stringFor } from './write-session.ts'

/** A shown secret hides by itself after this. */
const HIDE_AFTER_MS = 30_000

interface What {
  readonly ref: Ref
  readonly target: { readonly formatId: string; readonly variant: string }
  readonly values: Readonly<Record<string, string>>
}

export function secretsService(os: Implementer['secrets'], core: Core) {
  const { library, ports, shown } = core

  return {
    measure: os.measure.handler(async ({ input }) => ({ charLength: (await stringOf(input)).byteLength })),
    reveal: os.reveal.handler(async ({ input }) => {
      const value = await stringOf(input)
      // First the entry, then the value: nothing leaves unrecorded.
      note(input, input.purpose === 'copy' ? 'copied' : 'revealed')
      if (input.purpose === 'copy') return { value: value.openText(), hideAfterMs: CLEAR_AFTER_MS }
      shown.show(HIDE_AFTER_MS)
      return { value: value.openText(), hideAfterMs: HIDE_AFTER_MS }
    }),
    hidden: os.hidden.handler(async () => {
      shown.hide()
      return { ok: true }
    }),
    copy: os.copy.handler(async ({ input }) => {
      if (!core.clipboard) throw new AppError('request.unsupported', { reason: 'the window copies by itself' })
      const value = await stringOf(input)
      note(input, 'copied')
      await core.clipboard.copy(value)
      return { clearAfterMs: CLEAR_AFTER_MS }
    }),
  }

  /** The session as one line of text. @throws AppError request.unsupported for formats that are files */
  async function stringOf({ ref, target, values }: What): Promise<Secret> {
    const chosen = targetOf(target)
    if (chosen.format.medium !== 'text') {
      throw new AppError('request.unsupported', { reason: `${chosen.format.label} is a file and is saved, not shown` })
    }
    const opened = await library.store(ref.sourceId).open(ref.key)
    try {
      const { session, options } = fillFrom(opened.session, chosen, values)
      const nowSeconds = Math.floor(ports.clock.now() / 1000)
      return await stringFor(session, chosen, { options, nowSeconds })
    } finally {
      await opened.close()
    }
  }

  function note({ ref, target }: What, action: 'revealed' | 'copied'): void {
    const entry = library.catalog.get(ref)
    const verb = action === 'copied' ? 'Copied' : 'Showed'
    library.audit.add({
      action,
      text: `${verb} the string of ${describeEntry(entry)} as ${targetOf(target).format.label}`,
      ref,
      keyId: entry.summary.keyId,
    })
  }
}
