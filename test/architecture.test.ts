import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

// Rules that the linter cannot see: they hold for what is built, installed and kept. `npm test` builds first.

const root = join(import.meta.dirname, '..')
const out = join(root, 'out')

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, unknown>
}

/** What a built file imports, by any of the ways there are. */
function importsOf(file: string): string[] {
  // Examples in the comments of a bundled driver import that driver.
  const source = readFileSync(file, 'utf8').replaceAll(/^\s*\*.*$/gm, '')
  const patterns = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*["']([^"']+)["']/gm,
    /^\s*import\s*["']([^"']+)["']/gm,
    /\bimport\(\s*["']([^"']+)["']/g,
    /\brequire\(\s*["']([^"']+)["']\s*\)/g,
  ]
  return patterns.flatMap((pattern) => [...source.matchAll(pattern)].map((match) => match[1] ?? ''))
}

/** The built files that an entry consists of, itself included. */
function filesFrom(entry: string): Set<string> {
  const visited = new Set<string>()
  const visit = (file: string): void => {
    if (visited.has(file)) return
    visited.add(file)
    for (const specifier of importsOf(file)) if (specifier.startsWith('.')) visit(join(file, '..', specifier))
  }
  visit(join(out, entry))
  return visited
}

/** The packages and built-ins that a built entry reaches through its chunks; `but` leaves some of them out. */
function reachedFrom(entry: string, but?: RegExp): Set<string> {
  const outside = new Set<string>()
  const visited = new Set<string>()
  const visit = (file: string): void => {
    if (visited.has(file) || but?.test(file)) return
    visited.add(file)
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) visit(join(file, '..', specifier))
      else outside.add(specifier)
    }
  }
  visit(join(out, entry))
  return outside
}

const isBuiltin = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name)
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

describe('what is built', () => {
  const dependencies = Object.keys(readJson('package.json')['dependencies'] as object)

  test('the preload is one CommonJS file that requires electron alone', () => {
    expect(readdirSync(join(out, 'preload'))).toEqual(['index.cjs'])
    const file = join(out, 'preload/index.cjs')
    expect(importsOf(file)).toEqual(['electron'])
    expect(readFileSync(file, 'utf8')).not.toMatch(/^\s*(import|export)\b/m)
  })

  test('the window imports nothing of Node, Electron or our main process', () => {
    const assets = join(out, 'renderer/assets')
    const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(0)
    for (const name of scripts) {
      const foreign = importsOf(join(assets, name)).filter((specifier) => !specifier.startsWith('./'))
      expect(foreign, name).toEqual([])
      expect(readFileSync(join(assets, name), 'utf8'), name).not.toMatch(/["'`]node:/)
    }
  })

  test('the window carries no schemas: the contract is types to it', () => {
    const assets = join(out, 'renderer/assets')
    for (const name of readdirSync(assets).filter((name) => name.endsWith('.js'))) {
      expect(readFileSync(join(assets, name), 'utf8'), name).not.toContain('ZodObject')
    }
  })

  test('the page holds no script, no style and no handler of its own', () => {
    const page = readFileSync(join(out, 'renderer/index.html'), 'utf8')
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/)
    expect(page).not.toMatch(/\son\w+=|javascript:|<style|https?:\/\//)
  })

  test.each(['main/server.js', 'main/cli.js', 'main/worker.js', 'main/telegram-process.js', 'main/demo-telegram.js'])(
    '%s never reaches electron',
    (entry) => {
      expect([...reachedFrom(entry)].filter((name) => packageOf(name) === 'electron')).toEqual([])
    },
  )

  test.each(['index', 'server', 'cli', 'worker', 'telegram-process', 'demo-telegram'].map((name) => `main/${name}.js`))(
    '%s leaves nothing outside but the declared dependencies',
    (entry) => {
      // `ws` looks for these two at run time, and does without. An error text of the MySQL driver names the two others.
      const allowed = new Set([...dependencies, 'bufferutil', 'utf-8-validate', 'mysql2', 'bluebird'])
      if (entry === 'main/index.js') allowed.add('electron')
      const outside = [...reachedFrom(entry)].filter((name) => !isBuiltin(name)).map(packageOf)
      expect(outside.filter((name) => !allowed.has(name))).toEqual([])
    },
  )

  test('the client library for Telegram is loaded in its own process alone', () => {
    const isClient = (name: string): boolean => /^@(mtcute|fuman)\//.test(name)
    for (const entry of ['main/index.js', 'main/server.js', 'main/cli.js', 'main/worker.js']) {
      expect([...reachedFrom(entry)].filter(isClient), entry).toEqual([])
    }
    expect([...reachedFrom('main/telegram-process.js')].filter(isClient).map(packageOf)).toContain('@mtcute/core')
  })

  test('the Telegram of --demo is in a file of its own, that no other entry loads', () => {
    const isServer = (file: string): boolean => readFileSync(file, 'utf8').includes('bad_server_salt')
    for (const entry of ['index', 'server', 'cli', 'worker', 'telegram-process']) {
      expect([...filesFrom(`main/${entry}.js`)].filter(isServer), entry).toEqual([])
    }
    expect([...filesFrom('main/demo-telegram.js')].filter(isServer)).not.toEqual([])
  })

  test('the Electron entry does not reach the HTTP server or ws', () => {
    // A client of libSQL servers, loaded when one is a source.
    const reached = reachedFrom('main/index.js', /libsql-[\w-]+\.js$/)
    expect([...reached].filter((name) => ['node:http', 'http', 'ws'].includes(name))).toEqual([])
  })
})

describe('what is installed', () => {
  const manifest = readJson('package.json')

  test('dependencies are native modules, start workers or look for files of their own; the rest is bundled', () => {
    for (const name of Object.keys(manifest['dependencies'] as object)) {
      const folder = join(root, 'node_modules', name)
      const isNative = existsSync(join(folder, 'binding.gyp')) || existsSync(join(folder, 'prebuilds'))
      const startsWorkers = ['tinypool', 'pino'].includes(name)
      // Finds its WebAssembly through the module resolution.
      const looksForFiles = name.startsWith('@mtcute/')
      expect(isNative || startsWorkers || looksForFiles, name).toBe(true)
    }
  })

  test('every version is exact', () => {
    for (const group of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      for (const [name, version] of Object.entries(manifest[group] as Record<string, string>)) {
        expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
      }
    }
  })

  test('the lockfile names no hosts and knows every package by its hash', () => {
    const packages = readJson('package-lock.json')['packages'] as Record<string, Record<string, unknown>>
    for (const [path, entry] of Object.entries(packages)) {
      if (path === '') continue
      expect(entry, path).not.toHaveProperty('resolved')
      expect(entry['integrity'], path).toMatch(/^sha512-/)
    }
  })
})

describe('what is kept', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)))
  const isText = (path: string): boolean =>
    /\.(ts|tsx|js|json|md|yml|yaml|html|css|py|svg|plist)$/.test(path) || !path.includes('.')

  test('no file tells where it was made', () => {
    // Spelled in pieces, so that this file does not name them either.
    const signs = [`/${'work'}/`, `/home/${'node'}/`, `/${'root'}/`, `/Users/${'runner'}`]
    for (const path of files.filter(isText)) {
      const text = readFileSync(join(root, path), 'utf8')
      expect(
        signs.filter((sign) => text.includes(sign)),
        path,
      ).toEqual([])
    }
  })

  test('one file of the program alone takes something of the tests: the thread of --demo', () => {
    const takers = files.filter(
      (path) =>
        /^src\/.*(?<!\.test)\.tsx?$/.test(path) &&
        importsOf(join(root, path)).some((specifier) => /^(\.\.\/)+(test|e2e|bench)\//.test(specifier)),
    )
    expect(takers).toEqual(['src/main/samples/demo-telegram-worker.ts'])
  })

  test('modules are named in kebab-case', () => {
    const odd = files.filter(
      (path) =>
        /^(src|test|e2e|scripts|bench)\/.*\.tsx?$/.test(path) && !/^[a-z0-9.-]+$/.test(path.split('/').at(-1) ?? ''),
    )
    expect(odd).toEqual([])
  })

  test('nothing built, and no log, is kept', () => {
    expect(files.filter((path) => /^(out|dist|node_modules|test-results)\/|\.log$/.test(path))).toEqual([])
  })
})
