import type { Ref } from '../../shared/contract/common.ts'
import type { SessionView } from '../../shared/contract/sessions.ts'
import { api } from '../lib/client.ts'
import { noDevicesReason } from '../lib/devices-offer.ts'
import { toast, toastError } from '../ui/toast.tsx'
import { openDialog } from './dialogs.ts'
import { NO_FILTERS } from './view.ts'

/** Opens the check of everything in a view, whatever the list is filtered by. */
export async function checkAll(view: SessionView): Promise<void> {
  try {
    const refs = await api().sessions.refs({
      view,
      search: '',
      filters: NO_FILTERS,
      sort: { column: 'updated', direction: 'desc' },
    })
    if (refs.length === 0) toast({ message: 'There is no session to check here.' })
    else openDialog('check', { refs })
  } catch (error) {
    toastError(error)
  }
}

/** Opens the Devices list of the account, or says why there is none. */
export async function showDevices(ref: Ref): Promise<void> {
  try {
    const { row } = await api().sessions.get({ ref })
    const reason = noDevicesReason(row)
    if (reason === null) openDialog('devices', { ref, name: row.name })
    else toast({ message: reason })
  } catch (error) {
    toastError(error)
  }
}
