const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const CTRL_U = '\u0015'
const ERASE = new Set(['\u007f', '\b'])
/** What editing keys and pasting send: nothing of it belongs to a passcode. */
// oxlint-disable-next-line no-control-regex
const SEQUENCE = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001bO./g

/**
 * One line typed at a terminal, shown nowhere; '' when the terminal ends. The question goes to `output`, so that standard
 * output stays for machines. Ctrl+C ends the process, as it does everywhere.
 */
export async function readHiddenLine(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  question: string,
): Promise<string> {
  const wasRaw = input.isRaw
  // Before the question: who answers at once is not shown either.
  input.setRawMode(true)
  output.write(question)
  input.setEncoding('utf8')
  input.resume()
  let line: readonly string[] = []
  try {
    return await new Promise<string>((resolve) => {
      const onEnd = (): void => resolve('')
      const onData = (chunk: string): void => {
        for (const character of chunk.replace(SEQUENCE, '')) {
          if (character === '\r' || character === '\n') {
            stop()
            return resolve(line.join(''))
          }
          if (character === CTRL_C) {
            input.setRawMode(wasRaw)
            output.write('\n')
            process.kill(process.pid, 'SIGINT')
            return
          }
          if (character === CTRL_D && line.length === 0) {
            stop()
            return resolve('')
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
