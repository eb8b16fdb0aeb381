import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { needReady, state } from './state.ts'

/** The last argument is the options; a window may come before it. */
function answerDialog(kind: string, args: readonly unknown[], closed: unknown): unknown {
  state.dialogs.push({ kind, options: structuredClone(args.at(-1)) })
  return state.dialogAnswers.length > 0 ? structuredClone(state.dialogAnswers.shift()) : closed
}

export const dialog = {
  showOpenDialog: async (...args: unknown[]) => answerDialog('open', args, { canceled: true, filePaths: [] }),
  showSaveDialog: async (...args: unknown[]) => answerDialog('save', args, { canceled: true, filePath: '' }),
  showErrorBox: (title: string, content: string): void => {
    answerDialog('error', [{ title, content }], undefined)
    process.stderr.write(`${title}: ${content}\n`)
  },
}

// As in Electron's own vault, the key outlives the process: here it is the same one always.
const KEY = Buffer.alloc(32, 7)
const MARK = Buffer.from('v11')

export const safeStorage = {
  isEncryptionAvailable: (): boolean => {
    needReady('safeStorage')
    return state.keyring !== 'none'
  },
  getSelectedStorageBackend: (): string => (state.keyring === 'none' ? 'unknown' : state.keyring),
  encryptString: (text: string): Buffer => {
    needReady('safeStorage')
    const iv = randomBytes(16)
    const cipher = createCipheriv('aes-256-cbc', KEY, iv)
    return Buffer.concat([MARK, iv, cipher.update(text, 'utf8'), cipher.final()])
  },
  decryptString: (sealed: Buffer): string => {
    needReady('safeStorage')
    if (!sealed.subarray(0, 3).equals(MARK)) throw new Error('Error while decrypting the ciphertext')
    const decipher = createDecipheriv('aes-256-cbc', KEY, sealed.subarray(3, 19))
    return Buffer.concat([decipher.update(sealed.subarray(19)), decipher.final()]).toString('utf8')
  },
}

export class ClipboardItem {
  readonly items: Readonly<Record<string, string | Blob>>

  constructor(items: Readonly<Record<string, string | Blob>>) {
    this.items = items
  }

  get types(): string[] {
    return Object.keys(this.items)
  }
}

let clipboardText = ''

export const clipboard = {
  /** What the last `write` named beside the text. */
  types: [] as string[],
  write: async ([item]: readonly ClipboardItem[]): Promise<void> => {
    clipboard.types = item?.types ?? []
    clipboardText = String(item?.items['text/plain'] ?? '')
  },
  writeText: async (text: string): Promise<void> => {
    clipboard.types = ['text/plain']
    clipboardText = text
  },
  readText: async (): Promise<string> => clipboardText,
  clear: (): void => {
    clipboard.types = []
    clipboardText = ''
  },
}

export const shell = {
  openExternal: async (url: string): Promise<void> => void state.opened.push(url),
  showItemInFolder: (path: string): void => void state.opened.push(path),
}

export const screen = {
  getAllDisplays: () => {
    needReady('screen')
    return structuredClone(state.displays)
  },
}

export const nativeTheme = Object.assign(new EventEmitter(), { themeSource: 'system', shouldUseDarkColors: false })
export const powerMonitor = Object.assign(new EventEmitter(), { getSystemIdleTime: () => 0 })
