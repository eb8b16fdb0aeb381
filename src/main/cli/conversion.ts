import { isAppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import { fillSession, splitValues } from '../formats/fill.ts'
import type { Decoded } from '../formats/format.ts'
import { conversionReport } from '../formats/loss.ts'
import { variantById } from '../formats/registry.ts'
import { factsOf } from '../formats/session-facts.ts'
import { UsageError } from '../headless/arguments.ts'
import { encodeSession } from '../sources/file-add.ts'
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

/** The bytes of a file in the target format. @throws AppError format.missing-field, format.not-writable, session.no-key */
export async function encodeTarget(plan: ConversionPlan, { format, variant }: Target): Promise<Uint8Array> {
  const nowSeconds = Math.floor(Date.now() / 1000)
  const options = { variant, options: plan.options, nowSeconds }
  return encodeSession(format, plan.session, { formatId: format.id, options })
}
