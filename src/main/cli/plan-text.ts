import type { FormatInfo } from '../formats/format.ts'
import { libraryLabel } from '../domain/libraries.ts'
import type { Problem } from '../domain/problem.ts'
import { plain } from './terminal-text.ts'
import type { ConversionPlan, PlanLine, Target } from './tools.ts'

/** The loss report, for standard error. */
export function planText(name: string, from: FormatInfo, target: Target, plan: ConversionPlan): string {
  const origin = `${libraryLabel(from.library)}${from.formatVersion === null ? '' : ` ${from.formatVersion}`}`
  const lines = [`${plain(name)}: ${origin} → ${target.format.label} ${target.variant}`]
  if (plan.kept.length > 0) lines.push(`Kept: ${plan.kept.map(phrase).join('; ')}`)
  if (plan.lost.length > 0) lines.push(`Lost: ${plan.lost.map(phrase).join('; ')}`, plan.lostText)
  else lines.push('Lost: nothing')
  for (const { field, label, help } of plan.missing) {
    lines.push(`Missing: ${label}. ${help} Give it with --set ${field}=…`)
  }
  for (const { message } of plan.warnings) lines.push(`Note: ${plain(message)}`)
  if (plan.blocked) lines.push(plain(plan.blocked.message))
  return `${lines.join('\n')}\n`
}

/** The same for machines. `written` is null when nothing was. */
export function planJson(
  from: FormatInfo,
  target: Target,
  plan: ConversionPlan,
  written: { readonly path: string; readonly replaced: string | null } | null,
  dropped: readonly Problem[],
): string {
  const { kept, lost, missing } = plan
  const answer = {
    from: { format: from.formatId, variant: from.variant, library: from.library, formatVersion: from.formatVersion },
    to: { format: target.format.id, variant: target.variant },
    kept: kept.map(lineJson),
    lost: lost.map(lineJson),
    lostText: plan.lostText,
    missing: missing.map(({ field, label, help }) => ({ field, label, help })),
    written: written?.path ?? null,
    replaced: written?.replaced ?? null,
    problems: [
      ...(plan.blocked ? [plan.blocked] : []),
      ...missing.map(({ field, label }) => ({
        code: 'format.missing-field',
        message: `${target.format.label} cannot be written without ${label}: give it with --set ${field}=…`,
      })),
      ...[...plan.warnings, ...dropped].map(({ code, message }) => ({ code, message })),
    ],
  }
  return `${JSON.stringify(answer, null, 2)}\n`
}

function lineJson({ field, label, count, text, phrase: words }: PlanLine) {
  return { field, label, count, text, phrase: words }
}

function phrase({ label, text }: PlanLine): string {
  return plain(text === '' ? label : `${label} (${text})`)
}
