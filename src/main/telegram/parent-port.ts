/** A process's line to the one that started it. */
export interface ParentPort {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

/** What Electron puts on `process` in a utility process: messages wait until somebody listens. */
interface ElectronParentPort {
  postMessage(message: unknown): void
  on(name: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** The line of this process: Electron's, or the one of a child of plain Node, which then ends with its parent. */
export function openParentPort(): ParentPort {
  const { parentPort } = process as { parentPort?: ElectronParentPort }
  if (parentPort !== undefined) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
    }
  }
  process.on('disconnect', () => process.exit())
  // Ctrl-C reaches every process of the terminal. Whoever started this one says when it ends.
  process.on('SIGINT', () => {})
  return {
    send: (message) => process.send?.(message),
    onMessage: (listener) => process.on('message', listener),
  }
}
