export interface LibraryMark {
  /** Two letters that no other library has. */
  readonly letters: string
  /** Degrees on the colour wheel; relatives stand close together. */
  readonly hue: number
}

const MARKS: Readonly<Record<string, LibraryMark>> = {
  telethon: { letters: 'Te', hue: 245 },
  'telethon-v2': { letters: 'T2', hue: 262 },
  pyrogram: { letters: 'Py', hue: 40 },
  hydrogram: { letters: 'Hy', hue: 52 },
  kurigram: { letters: 'Ku', hue: 28 },
  pyrofork: { letters: 'Pf', hue: 64 },
  pyrogrammod: { letters: 'Pm', hue: 76 },
  pyrotgfork: { letters: 'Pt', hue: 88 },
  wzgram: { letters: 'Wz', hue: 100 },
  ferogram: { letters: 'Fe', hue: 20 },
  grammers: { letters: 'gm', hue: 8 },
  gramjs: { letters: 'Gj', hue: 128 },
  mtcute: { letters: 'mc', hue: 345 },
  mtkruto: { letters: 'Mk', hue: 320 },
  gotd: { letters: 'gt', hue: 195 },
  gogram: { letters: 'gg', hue: 212 },
  wtelegramclient: { letters: 'WT', hue: 295 },
  mtpylon: { letters: 'mp', hue: 150 },
  zagram: { letters: 'Zg', hue: 165 },
  tdesktop: { letters: 'TD', hue: 230 },
  tdlib: { letters: 'TL', hue: 222 },
  'session-deck': { letters: 'SD', hue: 278 },
}

/** A library's mark; one that is new to the window gets the first letters of its id. */
export function libraryMark(library: string): LibraryMark {
  return MARKS[library] ?? { letters: library.slice(0, 2), hue: 270 }
}
