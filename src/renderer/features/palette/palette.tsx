import { useEffect, useState } from 'react'
import { lazy, Suspense } from 'react'
import { setPaletteOpener } from '../../app/actions.ts'

const PaletteDialog = lazy(async () => ({ default: (await import('./palette-dialog.tsx')).PaletteDialog }))

/** Opens the command palette; its code comes with the first use. */
export function Palette() {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    setPaletteOpener(() => setOpen(true))
    return () => setPaletteOpener(() => {})
  }, [])
  if (!open) return null
  return (
    <Suspense>
      <PaletteDialog onClose={() => setOpen(false)} />
    </Suspense>
  )
}
