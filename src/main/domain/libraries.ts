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
  'session-deck': 'Session Deck',
}

export function libraryLabel(library: string): string {
  return LABELS[library] ?? library
}
