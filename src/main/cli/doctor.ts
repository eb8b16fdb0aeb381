import { dirname, resolve } from 'node:path'
import type { Examination } from '../sources/examine.ts'
import { freePath } from '../sources/user-files.ts'
import { UsageError } from '../headless/arguments.ts'
import { onlyArgument, parseCommand } from './arguments.ts'
import type { Command } from './command.ts'
import { findOne } from './found.ts'
import { type CliIo, EXIT } from './io.ts'
import { plain } from './terminal-text.ts'
import type { Tools } from './tools.ts'
import { writeOutput } from './write-output.ts'
import { fileNameFrom } from '../sources/file-keys.ts'
import { extensionOf } from '../formats/format.ts'

export const command: Command = {
  help: `session-deck doctor PATH [--repair [--out FILE]]

Says what is wrong with how a session is kept (columns a library does not know, a version number that does not fit the
tables, missing or stray tables …), and what a clean copy would change. The session itself is never changed.

  --repair        write the clean copy
  --out FILE      where to; left out, beside the session as "NAME repaired"
  --session NAME  which one, where PATH holds several
  --json          {"path", "findings": [{"code", "message", "cured"}], "cure": {"format", "variant", "changes", "lost"},
                  "written", "problems"}

Exit code 1 when something is wrong and no copy was written.
`,
  nothing: { path: null, findings: [], cure: null, written: null },
  async run(argv, { io, tools }) {
    const { values, positionals } = parseCommand(argv, {
      repair: { type: 'boolean', default: false },
      out: { type: 'string' },
      session: { type: 'string' },
      json: { type: 'boolean', default: false },
    })
    const path = onlyArgument(positionals, 'PATH')
    if (values.out !== undefined && !values.repair) throw new UsageError('--out goes with --repair')
    const opened = await tools()
    const found = await findOne(opened, path, values.session ?? null)
    const examination = await opened.examine(found.path, found.summary.key)
    const written =
      values.repair && examination.cure !== null
        ? await repair(opened, found, examination.cure, values.out ?? null)
        : null
    if (values.json) io.out(`${JSON.stringify(answerOf(found.path, examination, written), null, 2)}\n`)
    else print(io, examination, written)
    return examination.findings.length === 0 || written !== null ? EXIT.done : EXIT.failed
  },
}

async function repair(
  tools: Tools,
  { path, summary }: Awaited<ReturnType<typeof findOne>>,
  { target }: NonNullable<Examination['cure']>,
  out: string | null,
): Promise<string> {
  const format = tools.formats.find(({ id }) => id === target.formatId)
  if (format === undefined) throw new UsageError('There is no such format')
  const name = `${summary.name} repaired`
  const destination =
    out === null ? freePath(dirname(summary.path ?? path), fileNameFrom(name) + extensionOf(format)) : resolve(out)
  const open = await tools.open(path, summary.key)
  try {
    const place = { format, variant: target.options.variant }
    const plan = tools.plan(open, place, new Map())
    const encoded = await tools.encode(plan, place, name, () => {})
    await writeOutput(destination, encoded, { force: false, inUseBy: (file) => tools.inUseBy(file) })
    return destination
  } finally {
    await open.close()
  }
}

function answerOf(path: string, { findings, cure }: Examination, written: string | null): unknown {
  return {
    path,
    findings: findings.map(({ code, message, cured }) => ({ code, message, cured })),
    cure: cure && {
      format: cure.target.formatId,
      variant: cure.target.options.variant,
      changes: cure.changes,
      lost: cure.lost.map(({ phrase }) => phrase),
    },
    written,
    problems: [],
  }
}

function print(io: CliIo, { findings, cure }: Examination, written: string | null): void {
  if (findings.length === 0) {
    io.out('Nothing is wrong.\n')
    return
  }
  for (const { message, cured } of findings) io.out(`${cured ? 'curable' : 'stays  '}  ${plain(message)}\n`)
  if (cure === null) {
    io.out('\nA clean copy would be no better.\n')
    return
  }
  io.out(`\nA clean copy (${cure.target.formatId}@${cure.target.options.variant}):\n`)
  for (const change of cure.changes) io.out(`  ${plain(change)}\n`)
  if (cure.changes.length + cure.lost.length === 0) io.out('  Only the values named above change.\n')
  for (const { phrase } of cure.lost) io.out(`  Left behind: ${plain(phrase)}.\n`)
  io.out(written === null ? '\nWrite it with --repair.\n' : `\n${plain(written)}\n`)
}
