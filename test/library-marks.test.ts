import { expect, test } from 'vitest'
import { formats } from '../src/main/formats/registry.ts'
import { libraryMark } from '../src/renderer/lib/library-marks.ts'

test('every library the app knows has a mark of its own', () => {
  const libraries = [
    ...new Set(formats.flatMap((format) => [format.library, ...format.variants.map((one) => one.library)])),
  ]
  const letters = libraries.map((library) => libraryMark(library).letters)
  expect(new Set(letters).size).toBe(libraries.length)
  const unknown = libraries.filter(
    (library) => library.length > 2 && libraryMark(library).letters === library.slice(0, 2),
  )
  expect(unknown).toEqual([])
})
