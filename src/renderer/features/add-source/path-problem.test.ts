import { expect, test } from 'vitest'
import { pathProblem } from './path-problem.ts'

const sources = [{ name: 'bots', path: '/home/me/bots', location: '~/bots' }]

test.each(['/srv/bots', '~/other', '~', 'C:\\bots', 'd:/bots', '\\\\server\\share', '', '   '])(
  'has nothing against "%s"',
  (path) => expect(pathProblem(path, sources)).toBeNull(),
)

test.each([
  ['bots', /whole path/],
  ['./bots', /whole path/],
  ['"/srv/bots"', /quotes/],
  ['file:///srv/bots', /file:/],
  ['/home/me/bots/', /already: bots/],
  ['~/bots', /already: bots/],
])('says what is wrong with %s', (path, words) => expect(pathProblem(path, sources)).toMatch(words))
