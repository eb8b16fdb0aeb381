import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const styles = join(root, 'node_modules/@mantine/core/styles')

/** Names of components that the window imports from Mantine. */
function componentsUsed(): string[] {
  const folder = join(root, 'src/renderer')
  const names = new Set<string>()
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(path)) continue
    const source = readFileSync(join(folder, path), 'utf8')
    for (const [, list = ''] of source.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)) {
      for (const name of list.split(',')) names.add(name.trim())
    }
  }
  return [...names]
}

test('every component that is used brings its styles', () => {
  const sheet = readFileSync(join(root, 'src/renderer/app/mantine.css'), 'utf8')
  const styled = componentsUsed().filter((name) => existsSync(join(styles, `${name}.layer.css`)))
  expect(styled.length).toBeGreaterThan(10)
  expect(styled.filter((name) => !sheet.includes(`/${name}.layer.css`))).toEqual([])
})
