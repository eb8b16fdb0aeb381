import { contextBridge, ipcRenderer, webUtils } from 'electron'

/** As in the renderer's `api/shell-bridge.ts` and the main process's `electron/port-connection.ts`. */
const PORT_MESSAGE = 'session-deck:port'

contextBridge.exposeInMainWorld('sessionDeck', {
  pathForFile: (file: File): string => webUtils.getPathForFile(file),
})

/** Hands the page's port on. One port a page: a second one is nobody's we know. */
function forwardPort(event: MessageEvent): void {
  const [port] = event.ports
  if (event.source !== window || event.data !== PORT_MESSAGE || port === undefined) return
  window.removeEventListener('message', forwardPort)
  ipcRenderer.postMessage(PORT_MESSAGE, null, [port])
}
window.addEventListener('message', forwardPort)
