import { type BaseWindow, dialog, type OpenDialogOptions } from 'electron'
import type { FileGate } from '../ports.ts'

/** The system's own dialogs, over the window when there is one. */
export function nativeFileGate(window: () => BaseWindow | null): FileGate {
  const open = async (options: OpenDialogOptions): Promise<readonly string[] | null> => {
    const parent = window()
    const answer = parent === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(parent, options)
    return answer.canceled || answer.filePaths.length === 0 ? null : answer.filePaths
  }
  return {
    // Bots keep their sessions in hidden folders more often than not.
    pickFiles: (title) => open({ title, properties: ['openFile', 'multiSelections', 'showHiddenFiles'] }),
    pickFolder: async (title) =>
      (await open({ title, properties: ['openDirectory', 'createDirectory', 'showHiddenFiles'] }))?.[0] ?? null,
    pickSave: async (title, suggestedName) => {
      const options = {
        title,
        defaultPath: suggestedName,
        properties: ['createDirectory' as const, 'showOverwriteConfirmation' as const],
      }
      const parent = window()
      const answer =
        parent === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(parent, options)
      return answer.canceled || answer.filePath === '' ? null : answer.filePath
    },
  }
}
