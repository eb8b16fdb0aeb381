import { create } from 'zustand'
import type { Ref } from '../../../shared/contract/common.ts'
import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { useAppData } from '../../app/app-data.ts'
import { useView } from '../../app/view.ts'
import { errorOf } from '../../api/client.ts'
import { api } from '../../lib/client.ts'
import { sameRef } from '../../lib/refs.ts'

interface DetailState {
  detail: SessionDetail | null
  error: unknown
  /** Set while another session is loading; the one before stays on screen. */
  loading: boolean
}

/** The session whose detail is shown. */
export const useDetail = create<DetailState>()(() => ({ detail: null, error: null, loading: false }))

let timer: ReturnType<typeof setTimeout> | undefined
let request = 0

export async function loadDetail(ref: Ref): Promise<void> {
  const mine = ++request
  try {
    const detail = await api().sessions.get({ ref })
    if (mine === request) useDetail.setState({ detail, error: null, loading: false })
  } catch (error) {
    if (mine !== request) return
    if (errorOf(error).code === 'session.not-found') closeDetail()
    else useDetail.setState({ detail: null, error, loading: false })
  }
}

function closeDetail(): void {
  useDetail.setState({ detail: null, error: null, loading: false })
  useView.setState({ active: null, detailOpen: false })
}

function follow(active: Ref | null): void {
  clearTimeout(timer)
  request += 1
  if (active === null) return useDetail.setState({ detail: null, error: null, loading: false })
  useDetail.setState({ loading: true, error: null })
  // Arrow keys held down pass over many sessions.
  timer = setTimeout(() => void loadDetail(active), 40)
}

useView.subscribe(({ active }, before) => {
  if (!sameRef(active, before.active)) follow(active)
})
useAppData.subscribe(({ sessionsRevision }, before) => {
  const { active } = useView.getState()
  if (sessionsRevision !== before.sessionsRevision && active !== null) void loadDetail(active)
})
// Allowing a store to be written to, or no longer, changes what can be done with its sessions.
useAppData.subscribe(({ sources }, before) => {
  const { active } = useView.getState()
  if (sources === before.sources || active === null) return
  const writable = (list: typeof sources) => list?.find(({ id }) => id === active.sourceId)?.writable
  if (writable(sources) !== writable(before.sources)) void loadDetail(active)
})
follow(useView.getState().active)
