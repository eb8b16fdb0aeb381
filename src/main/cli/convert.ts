import { Buffer } from 'node:buffer'
import { basename, resolve } from 'node:path'
import { collectDropped } from '../formats/dropped.ts'
import { type Decoded, extensionOf } from '../formats/format.ts'
import { UsageError } from '../headless/arguments.ts'
import { onlyArgument, parseCommand, parsePairs } from './arguments.ts'
import type { Command, CommandContext } from './command.ts'
import { findOne } from './found.ts'
import { type CliIo, EXIT } from './io.ts'
import { planJson, planText } from './plan-text.ts'
import { UnreadableError } from './problems.ts'
import { parseTarget } from './target.ts'
import { askSecretOptions, refuseSecretSettings } from './secret-options.ts'
import { plain } from './terminal-text.ts'
import type { Target, Tools } from './tools.ts'
import { writeOutput } from './write-output.ts'

export const command: Command = {
  help: `session-deck convert IN|- --to FORMAT [--out PATH] [--set NAME=VALUE]

Writes a session the way another library does. What the target cannot hold is listed on standard error first.
IN is a session file or folder, or - for a string or JSON on standard input. IN itself is never changed.

  --to FORMAT       telethon.sqlite, telethon.sqlite@8, tdesktop.tdata …: see session-deck formats
  --out PATH        where to, a new folder for formats that are one; left out, files go to NAME.LIBRARY.session in this
                    folder, strings to standard output
  --set NAME=VALUE  a value the session lacks or the format offers: api-id=12345, variant=8
  --force           replace a file; it is kept beside the new one as FILE.replaced-1, -2 …; folders are never replaced
  --reveal          print a string although standard output is a terminal
  --dry-run         only the list of what is kept, lost and missing
  --session NAME    which one, where IN holds several
  --json            {"from", "to", "kept", "lost", "lostText", "missing", "written", "replaced", "problems"}

A passcode or key that IN is locked with, or that the format locks what is written with, is asked for on the terminal, or
taken from the environment variable SESSION_DECK_PASSCODE; it is never given with --set.

Files are written with mode 0600, folders with 0700. Whoever has one, or the string, has the whole account.
`,
  nothing: { from: null, to: null, kept: [], lost: [], lostText: '', missing: [], written: null, replaced: null },
  async run(argv, context) {
    const { values, positionals } = parseCommand(argv, {
      to: { type: 'string' },
      out: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      session: { type: 'string' },
      force: { type: 'boolean', default: false },
      reveal: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    })
    const input = onlyArgument(positionals, 'IN')
    if (values.to === undefined) throw new UsageError('--to FORMAT is missing')
    const settings = new Map(parsePairs(values.set, '--set'))
    const variant = settings.get('variant')
    settings.delete('variant')
    const tools = await context.tools()
    const target = parseTarget(tools.formats, values.to, variant)
    refuseSecretSettings(target.format, settings)
    const request: Request = {
      target,
      settings,
      out: values.out ?? null,
      force: values.force,
      reveal: values.reveal,
      dryRun: values['dry-run'],
      json: values.json,
    }
    refuseBeforeReading(request, context.io)
    const text = input === '-' ? await context.io.input() : null
    const origin =
      text === null
        ? await fromPath(tools, input, values.session ?? null)
        : await fromText(tools, text, values.session ?? null)
    try {
      return await convert(tools, origin, request, context)
    } finally {
      await origin.close()
    }
  },
}

interface Request {
  readonly target: Target
  readonly settings: ReadonlyMap<string, string>
  readonly out: string | null
  readonly force: boolean
  readonly reveal: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

interface Origin {
  readonly name: string
  readonly path: string | null
  readonly decoded: Decoded
  close(): Promise<void>
}

/** A string must not get onto a screen, or between the members of a JSON answer, by accident. */
function refuseBeforeReading(request: Request, io: CliIo): void {
  if (request.dryRun || request.target.format.medium !== 'text' || request.out !== null) return
  if (request.json) throw new UsageError('With --json a string goes to a file: give --out FILE')
  if (io.outIsTerminal && !request.reveal) {
    throw new UsageError('This would show the whole string on the screen: give --out FILE, pipe it, or say --reveal')
  }
}

async function convert(tools: Tools, origin: Origin, request: Request, { io }: CommandContext): Promise<number> {
  const { target } = request
  const plan = tools.plan(origin.decoded, target, request.settings)
  const blocked = plan.missing.length > 0 || plan.blocked !== null
  if (!request.json) {
    io.err(planText(origin.name, origin.decoded.info, target, plan))
    await warnInUse(tools, origin, io)
  }
  if (request.dryRun || blocked) {
    if (request.json) io.out(planJson(origin.decoded.info, target, plan, null, []))
    return blocked ? EXIT.failed : EXIT.done
  }
  const dropped = collectDropped()
  const path = resolve(request.out ?? defaultName(origin, target))
  const options = new Map([...plan.options, ...(await askSecretOptions(target.format, io))])
  const encoded = await tools.encode({ ...plan, options }, target, nameIn(path, target), dropped.onDropped)
  if (target.format.medium === 'text' && request.out === null && encoded.kind === 'bytes') {
    io.out(Buffer.from(encoded.bytes).toString('utf8').trimEnd().concat('\n'))
    return EXIT.done
  }
  const written = await writeOutput(path, encoded, {
    force: request.force,
    inUseBy: (file) => tools.inUseBy(file),
  })
  if (request.json) {
    io.out(planJson(origin.decoded.info, target, plan, written, dropped.problems()))
    return EXIT.done
  }
  for (const { message } of dropped.problems()) io.err(`Note: ${plain(message)}\n`)
  io.out(`${plain(path)}\n`)
  if (written.replaced !== null) io.err(`What was there is now ${plain(written.replaced)}\n`)
  return EXIT.done
}

async function warnInUse(tools: Tools, origin: Origin, io: CliIo): Promise<void> {
  const [user] = origin.path === null ? [] : await tools.inUseBy(origin.path)
  if (!user) return
  io.err(
    `${plain(user.name)}${user.pid === null ? '' : ` (process ${user.pid})`} is using this session now. ` +
      'Telegram ends a login that two programs use at once (AUTH_KEY_DUPLICATED): stop one before you start the other.\n',
  )
}

async function fromPath(tools: Tools, path: string, wanted: string | null): Promise<Origin> {
  const found = await findOne(tools, path, wanted)
  const open = await tools.open(found.path, found.summary.key)
  return { name: found.summary.name, path: found.path, decoded: open, close: () => open.close() }
}

async function fromText(tools: Tools, text: string, wanted: string | null): Promise<Origin> {
  const read = await tools.readStrings(text)
  const matching =
    wanted === null ? read : read.filter(({ summary }) => summary.name === wanted || summary.key === wanted)
  const [only, ...more] = matching
  if (!only) throw new UsageError('Standard input holds no string')
  if (more.length > 0) throw new UsageError('Standard input holds several strings: one at a time')
  if (!only.decoded) {
    throw new UnreadableError(
      only.summary.problems[0] ?? { code: 'format.unrecognized', message: 'This is not a session string.' },
    )
  }
  return { name: 'session', path: null, decoded: only.decoded, close: async () => {} }
}

function defaultName(origin: Origin, target: Target): string {
  const { format } = target
  const library = format.variants.find(({ id }) => id === target.variant)?.library ?? format.library
  const stem = origin.path === null ? origin.name : basename(origin.path).replace(/\.(session|txt|string)$/i, '')
  return `${stem}.${library}${extensionOf(format)}`
}

/** What the session is called where its files carry a name: like the file or folder that it becomes. */
function nameIn(path: string, { format }: Target): string {
  return basename(path, extensionOf(format))
}
