import type { Plan } from '../../shared/contract/exports.ts'
import type { Ref } from '../sources/interfaces.ts'
import type { Core } from './core.ts'
import type { Target } from './formats-lookup.ts'

export async function planConversion(
  _core: Core,
  _refs: readonly Ref[],
  { format, variant }: Target,
  _values: Readonly<Record<string, string>>,
  _signal: AbortSignal | undefined,
): Promise<Plan> {
  return {
    target: { formatId: format.id, variant: variant.id },
    medium: format.medium,
    items: [],
    lost: [],
    missing: [],
  }
}
