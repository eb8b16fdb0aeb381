/** Which calls: absent or `'*'` is any API call, never a service message. */
export interface ScriptMatch {
  readonly keyId?: string
  readonly method?: string
}

/** What the server does with one call instead of answering it. */
export type Behaviour =
  | { readonly error: { readonly code: number; readonly text: string } }
  /** The positive number: 404 goes out as -404, and the connection ends. */
  | { readonly transportError: number }
  /** Cuts the connection and does nothing. */
  | 'drop'
  /** Does what was asked, then cuts the connection. */
  | 'do-then-drop'
  /** Never answers. */
  | 'hang'
  /** Answers compressed. */
  | 'gzip'
  /** Answers in a container, behind an acknowledgement. */
  | 'container'
  | { readonly delayMs: number }
  /** A TL object as the client library has it. */
  | { readonly answer: object }
  /** A serialised result, for clients of another layer. */
  | { readonly answerBytes: Uint8Array }
  /** Does what was asked, and answers so unless it was refused. */
  | { readonly doThenAnswerBytes: Uint8Array }

export interface Script {
  add(match: ScriptMatch, behaviours: readonly Behaviour[]): void
  /** Takes the next behaviour of the oldest entry that fits; null when the call is to be answered as ever. */
  next(keyId: string, method: string): Behaviour | null
}

export function createScript(): Script {
  const entries: { readonly match: ScriptMatch; readonly left: Behaviour[] }[] = []
  return {
    add: (match, behaviours) => void entries.push({ match, left: [...behaviours] }),
    next(keyId, method) {
      const fits = ({ match, left }: (typeof entries)[number]): boolean =>
        left.length > 0 && isAny(match.keyId, keyId) && isAny(match.method, method)
      return entries.find(fits)?.left.shift() ?? null
    },
  }
}

function isAny(wanted: string | undefined, seen: string): boolean {
  return wanted === undefined || wanted === '*' || wanted === seen
}
