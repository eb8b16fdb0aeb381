import { afterEach, describe, expect, test } from 'vitest'
import type { Source } from '../../../shared/contract/sources.ts'
import { useAppData } from '../../app/app-data.ts'
import { closeAllDialogs, useDialogs } from '../../app/dialogs.ts'
import { showView, useView } from '../../app/view.ts'
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

const source = (change: Partial<Source>): Source => ({
  id: 'redis',
  kind: 'redis',
  name: 'bots-eu',
  location: 'localhost:6379',
  path: null,
  state: 'live',
  problem: null,
  sessions: 3,
  ignored: 0,
  progress: null,
  removable: true,
  writable: false,
  store: {
    location: {
      kind: 'redis',
      hosts: ['localhost:6379'],
      database: '',
      user: '',
      tls: { mode: 'off', ca: '' },
      topology: { kind: 'single' },
      prefix: '',
    },
    hasPassword: false,
    readOnly: true,
    label: null,
    medium: 'keyvalue',
  },
  ...change,
})

describe('the source that is looked at', () => {
  const entries = () => paletteActions().filter(({ group }) => group === 'bots-eu')
  const look = (change: Partial<Source> = {}) => {
    useAppData.setState({ sources: [source(change), source({ id: 'other', name: 'bots-us' })] })
    showView({ kind: 'source', sourceId: 'redis' })
  }
  const opened = () => useDialogs.getState().stack.at(-1)
  afterEach(() => {
    showView({ kind: 'all' })
    useAppData.setState({ sources: null })
    closeAllDialogs()
  })

  test('a store can be connected to otherwise, written to, looked at again and left', () => {
    look()
    expect(entries().map(({ label }) => label)).toEqual([
      'Rename…',
      'Edit connection…',
      'Allow writing…',
      'Look again',
      'Remove from the list…',
    ])
    expect(labels('source address')).toEqual(['Edit connection…'])
    matching(paletteActions(), 'allow writing')[0]?.run()
    expect(opened()).toMatchObject({ name: 'allow-writing', props: { source: { id: 'redis' } } })
    matching(paletteActions(), 'edit connection')[0]?.run()
    expect(opened()).toMatchObject({ name: 'edit-store', props: { source: { id: 'redis' } } })
  })

  test('one that is written to offers to stop, one out of reach to try again, one being read waits', () => {
    const { store } = source({})
    look({ state: 'error', store: store && { ...store, readOnly: false } })
    expect(labels('writing')).toEqual(['Stop writing'])
    expect(labels('try again')).toEqual(['Try again now'])
    look({ state: 'scanning' })
    expect(entries().map(({ label }) => label)).not.toContain('Look again')
  })

  test('it is there once: the others are only scanned again', () => {
    look()
    expect(labels('rescan')).toEqual(['Look again', 'Scan bots-us again'])
    showView({ kind: 'all' })
    expect(entries()).toEqual([])
    expect(labels('rescan')).toEqual(['Scan bots-eu again', 'Scan bots-us again'])
  })

  test('a folder has no connection, and what is built in has nothing', () => {
    look({ kind: 'folder', store: null })
    expect(entries().map(({ label }) => label)).toEqual(['Rename…', 'Scan again', 'Remove from the list…'])
    look({ kind: 'vault', store: null, removable: false })
    expect(entries()).toEqual([])
  })
})

test('stores are added and found by their kinds, and one’s own have their place in the settings', () => {
  const run = (query: string) => matching(paletteActions(), query)[0]?.run()
  expect(labels('postgresql')).toContain('Add shared store…')
  run('add shared')
  expect(useDialogs.getState().stack.at(-1)).toMatchObject({ name: 'add-source', props: { store: true } })
  run('your own')
  expect(useDialogs.getState().stack.at(-1)).toMatchObject({ name: 'settings', props: { part: 'own-stores' } })
  closeAllDialogs()
})
