import { argon2id } from 'hash-wasm'

export interface StretchTask {
  readonly passphrase: Uint8Array
  readonly salt: Uint8Array
  readonly memoryKiB: number
  readonly iterations: number
  readonly parallelism: number
}

/** Argon2id to 32 bytes. Takes half a second or more at the cost the app asks for: never in the window's way. */
export async function stretchPassphrase(task: StretchTask): Promise<Uint8Array> {
  try {
    return await argon2id({
      password: task.passphrase,
      salt: task.salt,
      memorySize: task.memoryKiB,
      iterations: task.iterations,
      parallelism: task.parallelism,
      hashLength: 32,
      outputType: 'binary',
    })
  } finally {
    task.passphrase.fill(0)
  }
}
