import { expect, test } from 'vitest'
import { passphraseStrength } from './passphrase-strength.ts'

test.each([
  ['', 0],
  ['aaaaaaaaaaaaaaaa', 0],
  ['12345678', 0],
  ['password1', 1],
  ['four unrelated words here', 4],
  ['x9$Kq2!mVw7#Rt4z', 4],
])('rates "%s" %i', (passphrase, score) => expect(passphraseStrength(passphrase).score).toBe(score))
