import { AppError } from '../../domain/errors.ts'

interface Endable {
  end(): Promise<void>
}

/**
 * Of several hosts the first that lets in, with what it said.
 * @param greet asks something; it throws where nobody is let in
 * @throws AppError the failure of the last; request.invalid without any host
 */
export async function firstThatAnswers<Pools extends Endable, Answer>(
  hosts: readonly string[],
  signal: AbortSignal,
  open: (host: string) => Promise<Pools>,
  greet: (pools: Pools) => Promise<Answer>,
): Promise<readonly [pools: Pools, answer: Answer]> {
  let failure: unknown = new AppError('request.invalid', { field: 'hosts', reason: 'no host' })
  for (const host of hosts) {
    signal.throwIfAborted()
    const pools = await open(host)
    try {
      return [pools, await greet(pools)]
    } catch (error) {
      await pools.end()
      signal.throwIfAborted()
      failure = error
    }
  }
  throw failure
}
