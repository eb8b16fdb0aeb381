import { needReady } from './state.ts'

export interface MenuItemTemplate {
  readonly id?: string
  readonly label?: string
  readonly role?: string
  readonly type?: string
  readonly accelerator?: string
  readonly click?: () => void
  readonly submenu?: readonly MenuItemTemplate[]
}

const ROLES = new Set(
  `about close copy cut delete editMenu fileMenu front help hide hideOthers minimize paste pasteAndMatchStyle quit redo
  reload resetZoom selectAll services toggleDevTools togglefullscreen undo unhide viewMenu window windowMenu zoom zoomIn
  zoomOut`.split(/\s+/),
)
const ACCELERATOR =
  /^((CmdOrCtrl|CommandOrControl|Command|Cmd|Control|Ctrl|Alt|Option|Shift|Super)\+)+([A-Z0-9,./;'=-]|F\d{1,2}|Plus|Space|Tab|Enter|Escape|Delete)$/

/** Refuses what Electron would refuse: unknown roles, accelerators that say nothing, items without a label. */
export class Menu {
  static application: Menu | null = null
  readonly items: readonly MenuItemTemplate[]

  constructor(items: readonly MenuItemTemplate[]) {
    this.items = items
  }

  static buildFromTemplate(template: readonly MenuItemTemplate[]): Menu {
    for (const item of template) check(item)
    return new Menu(template)
  }

  static setApplicationMenu(menu: Menu | null): void {
    needReady('Menu.setApplicationMenu')
    Menu.application = menu
  }

  static getApplicationMenu(): Menu | null {
    return Menu.application
  }

  getMenuItemById(id: string): MenuItemTemplate | null {
    const find = (items: readonly MenuItemTemplate[]): MenuItemTemplate | null => {
      for (const item of items) {
        const found = item.id === id ? item : find(item.submenu ?? [])
        if (found !== null) return found
      }
      return null
    }
    return find(this.items)
  }
}

function check(item: MenuItemTemplate): void {
  if (item.role !== undefined && !ROLES.has(item.role)) throw new Error(`Invalid role '${item.role}'`)
  if (item.accelerator !== undefined && !ACCELERATOR.test(item.accelerator)) {
    throw new Error(`Invalid accelerator '${item.accelerator}'`)
  }
  if (item.label === undefined && item.role === undefined && item.type !== 'separator') {
    throw new TypeError('Required option `label` is missing')
  }
  for (const inner of item.submenu ?? []) check(inner)
}
