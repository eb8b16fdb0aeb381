import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { AppEvent } from '../../shared/contract/app.ts'

export type MenuAction = Extract<AppEvent, { type: 'menu' }>['action']

/** The application menu: the usual roles, and our own actions, which the window carries out. */
export function setMenu(run: (action: MenuAction) => void, platform: NodeJS.Platform = process.platform): void {
  const isMac = platform === 'darwin'
  const item = (label: string, action: MenuAction, accelerator?: string): MenuItemConstructorOptions => ({
    id: action,
    label,
    click: () => run(action),
    ...(accelerator !== undefined && { accelerator }),
  })
  const settings = item('Settings…', 'settings', 'CmdOrCtrl+,')
  const lock = item('Lock', 'lock', 'CmdOrCtrl+L')
  const about = item(`About ${app.getName()}`, 'about')
  const separator: MenuItemConstructorOptions = { type: 'separator' }

  const appMenu: MenuItemConstructorOptions = {
    label: app.getName(),
    submenu: [
      about,
      separator,
      settings,
      lock,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  }
  const fileMenu: MenuItemConstructorOptions = {
    label: 'File',
    submenu: [
      item('Import…', 'import', 'CmdOrCtrl+I'),
      item('Add Source…', 'add-source', 'CmdOrCtrl+Shift+O'),
      separator,
      ...(isMac ? [{ role: 'close' as const }] : [settings, lock, separator, { role: 'quit' as const }]),
    ],
  }
  const editMenu: MenuItemConstructorOptions = {
    label: 'Edit',
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      separator,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
      separator,
      item('Find…', 'find', 'CmdOrCtrl+F'),
    ],
  }
  const viewMenu: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [
      item('Command Palette…', 'palette', 'CmdOrCtrl+K'),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      ...(app.isPackaged ? [] : [{ role: 'reload' as const }, { role: 'toggleDevTools' as const }]),
    ],
  }
  const helpMenu: MenuItemConstructorOptions = { role: 'help', submenu: isMac ? [] : [about] }
  const template = [
    ...(isMac ? [appMenu] : []),
    fileMenu,
    editMenu,
    viewMenu,
    { role: 'windowMenu' as const },
    helpMenu,
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
