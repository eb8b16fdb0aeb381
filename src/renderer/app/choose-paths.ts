import { api } from '../lib/client.ts'
import { useAppData } from './app-data.ts'
import { openDialog, type PathQuestion } from './dialogs.ts'

/** True where the shell has file dialogs of its own. */
export function hasNativeDialogs(): boolean {
  return useAppData.getState().info?.fileDialogs === 'native'
}

/**
 * Asks for paths with the shell's own dialog, or with the window's where there is none. Does nothing when it is closed.
 * @throws what the call throws
 */
export async function choosePaths(question: PathQuestion, onPicked: (paths: readonly string[]) => void): Promise<void> {
  if (!hasNativeDialogs()) return openDialog('path-picker', { ...question, onPicked })
  const { kind, ...rest } = question
  const picked = await api().app.pick({ ...rest, kind: kind === 'open' ? 'files' : kind })
  if (picked !== null && picked.paths.length > 0) onPicked(picked.paths)
}
