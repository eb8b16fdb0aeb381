import { timingSafeEqual } from 'node:crypto'

const inspect = Symbol.for('nodejs.util.inspect.custom')

/**
 * Bytes that must not leave the main process by accident: auth keys, string sessions, passphrases.
 * Prints as `[secret]`, serialises to `"[secret]"`, and `structuredClone` copies nothing of it.
 * `open()` is the only way to the bytes, and is easy to search for.
 */
export class Secret {
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  static fromText(text: string): Secret {
    return new Secret(new TextEncoder().encode(text))
  }

  get byteLength(): number {
    return this.#bytes.byteLength
  }

  /** The bytes themselves (not a copy): do not change or keep them. */
  open(): Uint8Array {
    return this.#bytes
  }

  /** The bytes as UTF-8 text. */
  openText(): string {
    return new TextDecoder().decode(this.#bytes)
  }

  equals(other: Secret): boolean {
    const theirs = other.open()
    return theirs.byteLength === this.#bytes.byteLength && timingSafeEqual(theirs, this.#bytes)
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect](): string {
    return '[secret]'
  }
}
