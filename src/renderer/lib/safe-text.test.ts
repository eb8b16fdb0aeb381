import { describe, expect, test } from 'vitest'
import { safeText } from './safe-text.ts'

describe('safeText', () => {
  test('writes out what turns text around or cannot be seen', () => {
    expect(safeText('evil\u202egnp.session')).toBe('evil[U+202E]gnp.session')
    expect(safeText('a\u200bb\ufeffc')).toBe('a[U+200B]b[U+FEFF]c')
    expect(safeText('line\nbreak\tand\u0000nul')).toBe('line⏎break⇥and␀nul')
    expect(safeText('\u2066iso\u2069')).toBe('[U+2066]iso[U+2069]')
  })

  test('leaves scripts and joined emoji alone', () => {
    for (const text of ['إيمان خليل', 'Новости склада', '李雷', '🧑‍🚀', 'می\u200cخواهم'])
      expect(safeText(text)).toBe(text)
  })

  test('cuts long text without halving a character', () => {
    expect(safeText('abcdef', 3)).toBe('abc…')
    expect(safeText(`ab${'🚀'.repeat(3)}`, 3)).toBe('ab…')
  })

  test('replaces lone surrogates', () => {
    expect(safeText('a\ud800b')).toBe('a\ufffdb')
  })

  test('keeps markup as text', () => {
    expect(safeText('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>')
  })
})
