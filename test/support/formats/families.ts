import type { Family } from './family.ts'
import { ferogramFamily } from './ferogram.ts'
import { gogramFamily } from './gogram.ts'
import { gotdFamily } from './gotd.ts'
import { gramjsFamily } from './gramjs.ts'
import { grammersFamily } from './grammers.ts'
import { mtcuteFamily } from './mtcute.ts'
import { mtkrutoFamily } from './mtkruto.ts'
import { mtpylonFamily } from './mtpylon.ts'
import { pyrogramFamily } from './pyrogram.ts'
import { tdesktopFamily } from './tdesktop.ts'
import { tdlibFamily } from './tdlib.ts'
import { telethonFamily } from './telethon.ts'
import { wtelegramFamily } from './wtelegram.ts'

/** One line for each library whose formats the app knows. */
export const families: readonly Family[] = [
  pyrogramFamily,
  telethonFamily,
  ferogramFamily,
  gramjsFamily,
  grammersFamily,
  mtcuteFamily,
  mtkrutoFamily,
  mtpylonFamily,
  tdesktopFamily,
  tdlibFamily,
  gotdFamily,
  gogramFamily,
  wtelegramFamily,
]

export function familyOf(formatId: string): Family | null {
  return families.find(({ formatIds }) => formatIds.includes(formatId)) ?? null
}
