import { libraryLabel } from '../domain/libraries.ts'
import { UsageError } from '../headless/arguments.ts'
import { parseCommand } from './arguments.ts'
import type { Command } from './command.ts'
import { EXIT } from './io.ts'
import { explainText } from './strings.ts'
import { table } from './table.ts'

export const command: Command = {
  help: `session-deck detect [--json] < FILE

Tells which formats a string, or a session in JSON, on standard input fits, the surest first. White space, quotes and line ends around or
within a string do not matter. What was given is never shown.

  --json   {"candidates": [{"format", "variant", "library", "certainty", "reason"}],
           "problems": [{"code", "message"}]}
`,
  nothing: { candidates: [] },
  async run(argv, { io, tools }) {
    const { values, positionals } = parseCommand(argv, { json: { type: 'boolean', default: false } })
    if (positionals.length > 0) throw new UsageError('A string comes through standard input, never as an argument')
    const text = await io.input()
    const candidates = (await tools()).detect(text).map(({ format, variant, certainty, reason }) => ({
      format: format.id,
      variant,
      library: format.variants.find(({ id }) => id === variant)?.library ?? format.library,
      certainty,
      reason,
    }))
    const problems = candidates.length > 0 ? [] : [explainText(text)]
    if (values.json) io.out(`${JSON.stringify({ candidates, problems }, null, 2)}\n`)
    else if (candidates.length === 0) io.err(problems.map(({ message }) => `${message}\n`).join(''))
    else {
      const columns = [
        { title: 'FORMAT' },
        { title: 'VARIANT' },
        { title: 'LIBRARY' },
        { title: 'SURE' },
        { title: 'WHY', maxColumns: 100 },
      ]
      const row = (found: (typeof candidates)[number]): string[] => [
        found.format,
        found.variant ?? '',
        libraryLabel(found.library),
        found.certainty,
        found.reason,
      ]
      io.out(table(columns, candidates.map(row)))
    }
    return candidates.length > 0 ? EXIT.done : EXIT.failed
  },
}
