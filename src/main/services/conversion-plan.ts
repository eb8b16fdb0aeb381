import type { Plan, PlanItem } from '../../shared/contract/exports.ts'
import { isAppError } from '../domain/errors.ts'
import { lossSentence } from '../formats/field-phrases.ts'
import { type ConversionReport, conversionReport, sumReports } from '../formats/loss.ts'
import type { FieldReport } from '../formats/present-fields.ts'
import type { CatalogEntry } from '../sources/catalog-types.ts'
import type { Ref } from '../sources/interfaces.ts'
import type { Core } from './core.ts'
import { exportWarnings } from './export-warnings.ts'
import { fillFacts } from './fill-values.ts'
import type { AnyTarget } from './formats-lookup.ts'
import { itemError } from './item-error.ts'
import { accountOf, fingerprintOrNull, nameOf, refOf } from './present.ts'

type Values = Readonly<Record<string, string>>

/** Asking the system who holds a file open takes a moment: only for as many as a person reads about. */
const ASK_HOLDERS_UP_TO = 5

/**
 * What a conversion keeps, loses and needs, made from what the list knows: no session is opened, nothing is written.
 * @throws AppError request.invalid for a value that cannot be one
 */
export async function planConversion(
  core: Core,
  refs: readonly Ref[],
  target: AnyTarget,
  values: Values,
  signal: AbortSignal | undefined,
): Promise<Plan> {
  const items: PlanItem[] = []
  const losses: ConversionReport['lost'][] = []
  const servers = new Set<Plan['servers'][number]>()
  const askHolders = refs.length <= ASK_HOLDERS_UP_TO
  for (const ref of refs) {
    signal?.throwIfAborted()
    const entry = core.library.catalog.get(ref)
    servers.add(entry.summary.server ?? 'telegram')
    const holders = askHolders ? await holdersOf(core, entry) : []
    const { item, lost } = planItem(core, entry, target, values, holders)
    items.push(item)
    losses.push(lost)
  }
  const missing = new Map(items.flatMap((item) => item.missing.map((field) => [field.field, field] as const)))
  // The words of a single session say more than a sum over one.
  const lost = losses.length === 1 && losses[0] ? losses[0] : sumReports(losses)
  return {
    target: { formatId: target.format.id, variant: target.variant.id },
    medium: target.format.medium,
    servers: [...servers],
    items,
    lost: lost.map(lineOf),
    lostText: lossSentence(lost),
    missing: [...missing.values()],
    options: (target.format.options ?? []).map(({ name, label, help, kind }) => ({ name, label, help, kind })),
  }
}

function planItem(
  core: Core,
  entry: CatalogEntry,
  target: AnyTarget,
  values: Values,
  holders: Parameters<typeof exportWarnings>[1],
): { item: PlanItem; lost: ConversionReport['lost'] } {
  const { summary } = entry
  const { facts, options } = fillFacts(summary, target, values)
  const report = conversionReport(facts, { ...target, options })
  const unreadable = summary.format === null ? summary.problems[0] : undefined
  const item: PlanItem = {
    ref: refOf(entry.ref),
    name: nameOf(entry),
    account: accountOf(summary.account),
    keyId: summary.keyId,
    fingerprint: fingerprintOrNull(summary.keyId),
    inUse: entry.inUse || holders.length > 0,
    lost: report.lost.map(lineOf),
    lostText: report.lostText,
    kept: report.kept.map(lineOf),
    missing: unreadable ? [] : report.missing.map(({ field, label, help, kind }) => ({ field, label, help, kind })),
    warnings: [...exportWarnings(entry, holders), ...report.warnings].map(({ code, message }) => ({ code, message })),
    blocked: unreadable
      ? { code: unreadable.code, message: unreadable.message }
      : report.blocked && itemError(report.blocked, core.ports.log),
  }
  return { item, lost: report.lost }
}

function lineOf({ field, label, count, text, phrase }: FieldReport): FieldReport {
  return { field, label, count, text, phrase }
}

async function holdersOf({ library }: Core, { summary }: CatalogEntry) {
  if (summary.path === null) return []
  try {
    return await library.scanner.inUseBy(summary.path)
  } catch (error) {
    if (isAppError(error)) return []
    throw error
  }
}
