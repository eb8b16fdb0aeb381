import type { Secret } from '../domain/secret.ts'
import type { Format } from '../formats/format.ts'
import { UsageError } from '../headless/arguments.ts'
import type { CliIo } from './io.ts'
import { askSecret, PASSCODE_VARIABLE, passcodeFromEnvironment } from './passcode.ts'

/** @throws UsageError for a secret on the command line, where other users of the machine can read it */
export function refuseSecretSettings(format: Format, settings: ReadonlyMap<string, string>): void {
  const option = format.options?.find(({ kind, name }) => kind === 'secret' && settings.has(name))
  if (!option) return
  throw new UsageError(
    `${option.name} is a secret: it is asked for on the terminal, or taken from ${PASSCODE_VARIABLE}, never from --set`,
  )
}

/**
 * The values of a format's secret options: from the environment, else asked on the terminal, twice. Nothing where neither
 * gives one.
 * @throws UsageError when the two answers differ
 */
export async function askSecretOptions(format: Format, io: CliIo): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>()
  for (const { kind, name, label } of format.options ?? []) {
    if (kind !== 'secret') continue
    const value = passcodeFromEnvironment(io) ?? (await askTwice(io, label))
    if (value !== null) values.set(name, value.openText())
  }
  return values
}

async function askTwice(io: CliIo, label: string): Promise<Secret | null> {
  const first = await askSecret(io, `${label} of what is written (nothing for none)`)
  if (first === null) return null
  const second = await askSecret(io, `${label} once more`)
  if (second?.equals(first) === true) return first
  throw new UsageError('The two were not the same: nothing was written')
}
