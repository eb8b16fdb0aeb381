/**
 * Test double of the main-process module `electron`: the part of it that this program uses. It keeps Electron's order
 * of calls, clones whatever crosses between processes, and lets a real browser be the window when asked to.
 */
export { app, fireReady } from './app.ts'
export { ipcMain } from './ipc.ts'
export { Menu } from './menu.ts'
export { MessageChannelMain, MessagePortMain } from './message-port.ts'
export { ClipboardItem, clipboard, dialog, nativeTheme, powerMonitor, safeStorage, screen, shell } from './native.ts'
export { net, protocol } from './protocol.ts'
export { session } from './session.ts'
export { state } from './state.ts'
export { utilityProcess } from './utility.ts'
export { BrowserWindow } from './window.ts'
