import { expect, test } from 'vitest'
import { useView } from '../../app/view.ts'
import { matching, paletteActions } from './palette-actions.ts'

const labels = (query: string) => matching(paletteActions(), query).map(({ label }) => label)

test('every word has to be found, and labels that start with the first come first', () => {
  expect(labels('theme dark')).toEqual(['Dark theme'])
  expect(labels('add')[0]).toBe('Add source…')
  expect(labels('zzz')).toEqual([])
})

test('actions on sessions are there only with a selection', () => {
  useView.setState({ selected: new Set(), active: null })
  expect(labels('export')).toEqual([])
  useView.setState({ active: { sourceId: 's', key: 'k' } })
  expect(labels('export')).toEqual(['Export…'])
  useView.setState({ active: null })
})
