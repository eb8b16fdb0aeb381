import { Secret } from '../../domain/secret.ts'

/** One line of what was pasted. */
export interface PastedToken {
  /** From 1. */
  readonly line: number
  readonly token: Secret
  /** The number before the colon: the bot's id, and no secret; '' where there is none. */
  readonly bot: string
  /** Why it is not tried: a whole sentence. */
  readonly problem: string | null
}

/** `<bot id>:<35 letters, digits, - and _>`, as @BotFather gives them; a few more or less are left to Telegram. */
const TOKEN = /(?<![\w-])(\d{4,20}):([\w-]{20,100})(?![\w-])/

/** Bot tokens, one to a line, with whatever stands around them (quotes, a name, `TOKEN=`). Empty lines are passed over. */
export function botTokensIn(text: string): PastedToken[] {
  const seen = new Map<string, number>()
  return text.split(/\r\n|\r|\n/).flatMap((content, index): PastedToken[] => {
    const line = index + 1
    if (content.trim() === '') return []
    const [token, bot = ''] = TOKEN.exec(content) ?? []
    if (token === undefined) {
      return [{ line, token: Secret.fromText(''), bot: '', problem: 'There is no bot token in this line.' }]
    }
    const before = seen.get(token)
    seen.set(token, before ?? line)
    const problem = before === undefined ? null : `The same token is in line ${before}: one login is made of it.`
    return [{ line, token: Secret.fromText(token), bot, problem }]
  })
}
