/**
 * 64 emoji that are easy to tell apart at small sizes and in both themes: no faces, no flags, no two of one colour and
 * outline. The order is part of the meaning: changing it changes every fingerprint a person may remember.
 */
const EMOJI = [
  '🐶',
  '🐱',
  '🦊',
  '🐻',
  '🐼',
  '🐸',
  '🐵',
  '🐔',
  '🐧',
  '🦉',
  '🐝',
  '🦋',
  '🐢',
  '🐙',
  '🐳',
  '🦀',
  '🌵',
  '🌲',
  '🍄',
  '🌻',
  '🌹',
  '🍀',
  '🌙',
  '⭐',
  '⚡',
  '🔥',
  '🌈',
  '❄️',
  '🌊',
  '🍎',
  '🍋',
  '🍇',
  '🍓',
  '🥕',
  '🌽',
  '🍞',
  '🧀',
  '🍕',
  '🍩',
  '🎂',
  '☕',
  '⚽',
  '🏀',
  '🎲',
  '🎯',
  '🎸',
  '🎺',
  '🥁',
  '🚗',
  '🚲',
  '🚀',
  '⛵',
  '🚁',
  '🏠',
  '⛺',
  '🗝️',
  '🔔',
  '💡',
  '📎',
  '✂️',
  '🔨',
  '🧲',
  '💎',
  '👑',
] as const

/**
 * Four emoji for a key id (16 hex digits): its first 24 bits, six to each emoji, highest first. One in 16 million keys
 * shares a fingerprint with a given one: good for seeing sameness at a glance, while sameness itself is decided by the id.
 */
export function fingerprintOf(keyId: string): string {
  const bits = Number.parseInt(keyId.slice(0, 6), 16)
  return [18, 12, 6, 0].map((shift) => EMOJI[(bits >> shift) & 63]).join('')
}
