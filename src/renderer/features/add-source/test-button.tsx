import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import { isFilled } from './store-fields.ts'
import type { StoreForm } from './store-form.ts'

/** Connects once; while it does, the same button stops it. */
export function TestButton({ form }: { form: StoreForm }) {
  const { fields, testing, saving, test, cancelTest } = useStore(form)
  return testing ? (
    <Button variant="default" className="push-left" onClick={cancelTest}>
      Stop the test
    </Button>
  ) : (
    <Button variant="default" className="push-left" disabled={!isFilled(fields) || saving} onClick={test}>
      Test
    </Button>
  )
}
