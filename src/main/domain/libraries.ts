/** Proper names of libraries by their lower-case id. */
const LABELS: Readonly<Record<string, string>> = {
  telethon: 'Telethon',
  pyrogram: 'Pyrogram',
  hydrogram: 'Hydrogram',
  kurigram: 'Kurigram',
  pyrofork: 'Pyrofork',
  pyrogrammod: 'PyrogramMod',
  pyrotgfork: 'PyroTGFork',
  wzgram: 'wzgram',
  ferogram: 'ferogram',
  gramjs: 'GramJS',
  grammers: 'grammers',
  mtcute: 'mtcute',
  mtkruto: 'MTKruto',
  gotd: 'gotd',
  gogram: 'gogram',
  wtelegramclient: 'WTelegramClient',
  mtpylon: 'mtpylon',
  zagram: 'zagram',
  tdesktop: 'Telegram Desktop',
  tdlib: 'TDLib',
  'session-deck': 'Session Deck',
}

export function libraryLabel(library: string): string {
  return LABELS[library] ?? library
}
