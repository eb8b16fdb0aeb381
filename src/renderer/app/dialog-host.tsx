import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { closeDialog, type DialogName, type DialogProps, useDialogs } from './dialogs.ts'
import { Mishap } from './mishap.tsx'

type Dialogs = { [N in DialogName]: ComponentType<DialogProps<N>> }

/** Each dialog is a chunk of its own, loaded when it is first opened. */
const dialogs: Dialogs = {
  import: lazy(async () => ({ default: (await import('../features/import/import-dialog.tsx')).ImportDialog })),
  export: lazy(async () => {
    const { ExportDialog } = await import('../features/export/export-dialog.tsx')
    return { default: (props: DialogProps<'export'>) => <ExportDialog {...props} mode="export" /> }
  }),
  convert: lazy(async () => {
    const { ExportDialog } = await import('../features/export/export-dialog.tsx')
    return { default: (props: DialogProps<'convert'>) => <ExportDialog {...props} mode="convert" /> }
  }),
  'add-source': lazy(async () => ({
    default: (await import('../features/add-source/add-source-dialog.tsx')).AddSourceDialog,
  })),
  delete: lazy(async () => ({ default: (await import('../features/delete/delete-dialog.tsx')).DeleteDialog })),
  protection: lazy(async () => ({
    default: (await import('../features/protection/protection-dialog.tsx')).ProtectionDialog,
  })),
  'who-knows': lazy(async () => ({
    default: (await import('../features/who-knows/who-knows-dialog.tsx')).WhoKnowsDialog,
  })),
  'path-picker': lazy(async () => ({
    default: (await import('../features/path-picker/path-picker.tsx')).PathPicker,
  })),
  doctor: lazy(async () => ({ default: (await import('../features/doctor/doctor-dialog.tsx')).DoctorDialog })),
  passcode: lazy(async () => ({ default: (await import('../features/passcode/passcode-dialog.tsx')).PasscodeDialog })),
  rename: lazy(async () => ({
    default: (await import('../features/session-detail/rename-dialog.tsx')).RenameDialog,
  })),
  tags: lazy(async () => ({ default: (await import('../features/session-detail/tags-dialog.tsx')).TagsDialog })),
  'rename-source': lazy(async () => ({
    default: (await import('../features/sidebar/rename-source-dialog.tsx')).RenameSourceDialog,
  })),
  'remove-source': lazy(async () => ({
    default: (await import('../features/sidebar/remove-source-dialog.tsx')).RemoveSourceDialog,
  })),
  'edit-store': lazy(async () => ({
    default: (await import('../features/add-source/edit-store-dialog.tsx')).EditStoreDialog,
  })),
  'allow-writing': lazy(async () => ({
    default: (await import('../features/sidebar/allow-writing-dialog.tsx')).AllowWritingDialog,
  })),
  check: lazy(async () => ({ default: (await import('../features/telegram-check/check-dialog.tsx')).CheckDialog })),
  revoke: lazy(async () => ({ default: (await import('../features/revoke/revoke-dialog.tsx')).RevokeDialog })),
  devices: lazy(async () => ({ default: (await import('../features/devices/devices-dialog.tsx')).DevicesDialog })),
  'new-session': lazy(async () => ({
    default: (await import('../features/new-session/new-session-dialog.tsx')).NewSessionDialog,
  })),
  'telegram-app': lazy(async () => ({
    default: (await import('../features/settings/telegram-app.tsx')).TelegramApp,
  })),
  'add-proxy': lazy(async () => ({
    default: (await import('../features/settings/add-proxy-dialog.tsx')).AddProxyDialog,
  })),
  'data-centers': lazy(async () => ({
    default: (await import('../features/settings/data-centers-dialog.tsx')).DataCentersDialog,
  })),
  settings: lazy(async () => ({
    default: (await import('../features/settings/settings-dialog.tsx')).SettingsDialog,
  })),
  'enable-module': lazy(async () => ({
    default: (await import('../features/settings/enable-module-dialog.tsx')).EnableModuleDialog,
  })),
  about: lazy(async () => ({ default: (await import('../features/settings/about-dialog.tsx')).AboutDialog })),
}

/** Renders the open dialogs, each above the one before. */
export function DialogHost() {
  const stack = useDialogs((state) => state.stack)
  return (
    <>
      {stack.map((dialog) => {
        const Dialog = dialogs[dialog.name] as ComponentType<{ onClose: () => void }>
        const close = () => closeDialog(dialog.id)
        return (
          <FocusReturn key={dialog.id}>
            <Mishap onMishap={close}>
              {/* One each: those that are open stay while another is loaded. */}
              <Suspense>
                <Dialog {...dialog.props} onClose={close} />
              </Suspense>
            </Mishap>
          </FocusReturn>
        )
      })}
    </>
  )
}

const SETTLED_MS = 50

/** A dialog of several steps forgets what had the focus before the first: it gets it back when the last one closes. */
function FocusReturn({ children }: { children: ReactNode }) {
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      // The frame gives the focus back by itself where it can.
      setTimeout(() => {
        if (document.activeElement !== document.body) return
        if (before instanceof HTMLElement && before.isConnected) before.focus()
      }, SETTLED_MS)
    },
    [before],
  )
  return children
}
