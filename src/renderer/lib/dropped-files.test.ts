import { afterEach, expect, test, vi } from 'vitest'
import { uploadFile } from '../api/files.ts'
import { droppedFiles, uploadsOf } from './dropped-files.ts'

afterEach(() => vi.unstubAllGlobals())

type Tree = string | { readonly [name: string]: Tree }

/** What a browser gives for something that was dropped; a folder answers in batches of one. */
function entryOf(name: string, tree: Tree, way = ''): FileSystemEntry {
  const fullPath = `${way}/${name}`
  if (typeof tree === 'string') {
    const file = (done: (file: File) => void): void => done(new File([tree], name))
    return { name, fullPath, isFile: true, isDirectory: false, file } as unknown as FileSystemEntry
  }
  const createReader = () => {
    const left = Object.entries(tree).map(([child, below]) => entryOf(child, below, fullPath))
    return { readEntries: (done: (batch: FileSystemEntry[]) => void): void => done(left.splice(0, 1)) }
  }
  return { name, fullPath, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry
}

function transferOf(entries: FileSystemEntry[], files: File[] = []): DataTransfer {
  return { files, items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })) } as unknown as DataTransfer
}

test('files of a dropped folder keep their way in it', async () => {
  const tdata = { key_datas: 'a', D877F783D5D3EF8C: { maps: 'b' } }
  const { paths, files, isCut } = await droppedFiles(transferOf([entryOf('tdata', tdata), entryOf('one.session', 'c')]))
  expect({ paths, isCut }).toEqual({ paths: [], isCut: false })
  expect(files.map(({ path }) => path)).toEqual(['tdata/key_datas', 'tdata/D877F783D5D3EF8C/maps', 'one.session'])
  expect(await Promise.all(files.map(({ file }) => file.text()))).toEqual(['a', 'b', 'c'])
})

test('a folder of more files than are looked at says so', async () => {
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`f${index}`, '']))
  const { files, isCut } = await droppedFiles(transferOf([entryOf('store', many)]))
  expect({ isCut, count: files.length }).toEqual({ isCut: true, count: 10_000 })
})

test('a picked folder knows the way as well, and the upload tells it', async () => {
  const plain = new File(['x'], 'shop.session')
  const inFolder = Object.defineProperty(new File(['y'], 'shop%3AauthKey'), 'webkitRelativePath', {
    value: 'my bots/shop%3AauthKey',
  })
  const uploads = uploadsOf([plain, inFolder])
  expect(uploads.map(({ path }) => path)).toEqual(['shop.session', 'my bots/shop%3AauthKey'])

  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(new URL(url, 'http://deck').searchParams.get('name') ?? '')
    return Response.json({ id: String(asked.length) })
  })
  expect(await Promise.all(uploads.map(uploadFile))).toEqual(['1', '2'])
  expect(asked).toEqual(['shop.session', 'my bots/shop%3AauthKey'])
})
