import { UsageError } from '../headless/arguments.ts'

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const CTRL_U = '\u0015'
const ERASE = new Set(['\u007f', '\b'])
/** What editing keys and pasting send: nothing of it belongs to a passcode. */
// oxlint-disable-next-line no-control-regex
const SEQUENCE = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001bO./g

/**
 * One line typed at a terminal, shown nowhere. The question goes to `output`, so that standard output stays for machines.
 * @throws UsageError when it is broken off with Ctrl+C or Ctrl+D
 */
export async function readHiddenLine(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  question: string,
): Promise<string> {
  output.write(question)
  const wasRaw = input.isRaw
  input.setRawMode(true)
  input.setEncoding('utf8')
  input.resume()
  let line: readonly string[] = []
  try {
    return await new Promise<string>((resolve, reject) => {
      const onEnd = (): void => reject(new UsageError('The terminal was closed'))
      const onData = (chunk: string): void => {
        for (const character of chunk.replace(SEQUENCE, '')) {
          if (character === '\r' || character === '\n') {
            stop()
            return resolve(line.join(''))
          }
          if (character === CTRL_C || (character === CTRL_D && line.length === 0)) {
            stop()
            return reject(new UsageError('Broken off'))
          }
          if (character === CTRL_U) line = []
          else if (ERASE.has(character)) line = line.slice(0, -1)
          else if (character >= ' ') line = [...line, character]
        }
      }
      const stop = (): void => {
        input.off('data', onData)
        input.off('end', onEnd)
      }
      input.on('data', onData)
      input.on('end', onEnd)
    })
  } finally {
    input.setRawMode(wasRaw)
    input.pause()
    output.write('\n')
  }
}
