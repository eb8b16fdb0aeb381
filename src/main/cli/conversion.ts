import { isAppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import { fillSession, splitValues } from '../formats/fill.ts'
import type { Decoded, EncodeOptions } from '../formats/format.ts'
import { conversionReport } from '../formats/loss.ts'
import { variantById } from '../formats/registry.ts'
import { factsOf } from '../formats/session-facts.ts'
import { UsageError } from '../headless/arguments.ts'
import { type Encoded, encodeSession } from '../sources/encode-session.ts'
import { fileNameFrom } from '../sources/file-keys.ts'
import { problemOf } from './problems.ts'
import type { ConversionPlan, Target } from './tools.ts'

/** @throws UsageError for a value that cannot be one: it came from `--set` */
export function planConversion(
  { session, info }: Pick<Decoded, 'session' | 'info'>,
  { format, variant }: Target,
  values: ReadonlyMap<string, string>,
): ConversionPlan {
  const { filled, options } = filledBy(session, format, values)
  const report = conversionReport(factsOf(filled, info), { format, variant: variantById(format, variant), options })
  return {
    kept: report.kept,
    lost: report.lost,
    lostText: report.lostText,
    missing: report.missing,
    warnings: report.warnings,
    blocked: report.blocked && problemOf(report.blocked),
    session: filled,
    options,
  }
}

function filledBy(session: Session, format: Target['format'], values: ReadonlyMap<string, string>) {
  try {
    const { fields, options } = splitValues(values, format)
    return { filled: fillSession(session, fields), options }
  } catch (error) {
    if (isAppError(error, 'request.invalid')) throw new UsageError(problemOf(error).message, { cause: error })
    throw error
  }
}

/**
 * The session in the target format. `onDropped` hears of what is left out while it is written.
 * @throws AppError format.missing-field, format.not-writable, session.no-key, session.other-server
 */
export async function encodeTarget(
  plan: ConversionPlan,
  { format, variant }: Target,
  name: string,
  onDropped: NonNullable<EncodeOptions['onDropped']>,
): Promise<Encoded> {
  const nowSeconds = Math.floor(Date.now() / 1000)
  const options = { variant, options: plan.options, nowSeconds, onDropped }
  return encodeSession(format, plan.session, fileNameFrom(name), { formatId: format.id, options })
}
