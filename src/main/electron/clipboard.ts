import { clipboard, ClipboardItem } from 'electron'
import type { Clipboard } from '../ports.ts'

/** The system's clipboard. What is written is a secret: clipboard histories and clouds are asked to leave it out. */
export function nativeClipboard(platform: NodeJS.Platform = process.platform): Clipboard {
  return {
    write: async (text) => {
      const item = new ClipboardItem({ 'text/plain': text, ...exclusionHints(platform) })
      // Without the hints, if need be: the person did ask for the copy.
      await clipboard.write([item]).catch(() => clipboard.writeText(text))
    },
    read: () => clipboard.readText(),
    clear: () => clipboard.clear(),
  }
}

/** The marks that clipboard managers agreed upon, by platform. */
function exclusionHints(platform: NodeJS.Platform): Record<string, Blob> {
  const raw = (format: string): string => `electron application/osclipboard;format="${format}"`
  if (platform === 'darwin') return { [raw('org.nspasteboard.ConcealedType')]: new Blob([]) }
  if (platform === 'linux') return { [raw('x-kde-passwordManagerHint')]: new Blob(['secret']) }
  if (platform !== 'win32') return {}
  const no = new Blob([new Uint8Array(4)])
  return {
    [raw('ExcludeClipboardContentFromMonitorProcessing')]: no,
    [raw('CanIncludeInClipboardHistory')]: no,
    [raw('CanUploadToCloudClipboard')]: no,
  }
}
