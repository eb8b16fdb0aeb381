import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { UsageError } from '../headless/arguments.ts'

/** Arguments of one command. @throws UsageError with the sentence of Node's parser, which never quotes values */
export function parseCommand<T extends ParseArgsOptionsConfig>(argv: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, strict: true, options })
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'wrong arguments'
    throw new UsageError(message.split('. ')[0] ?? message, { cause })
  }
}

/** The only positional argument. @throws UsageError when there is none or more than one */
export function onlyArgument(positionals: readonly string[], name: string): string {
  const [value, ...more] = positionals
  if (value === undefined) throw new UsageError(`${name} is missing`)
  if (more.length > 0) throw new UsageError(`One ${name} at a time`)
  return value
}

/** @throws UsageError */
export function parseCount(text: string, option: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${option} takes a number`)
  return Number(text)
}

/** `name=value` pairs of a repeated option. @throws UsageError */
export function parsePairs(texts: readonly string[], option: string): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw new UsageError(`${option} takes name=value`)
      return [text.slice(0, at).trim(), text.slice(at + 1)] as const
    }),
  )
}
