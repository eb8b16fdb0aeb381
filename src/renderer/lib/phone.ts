/** "351912345678" → "+351912345678", or "+••••••••••78" when masked. */
export function phoneText(phone: string, masked: boolean): string {
  const digits = phone.replace(/^\+/, '')
  return masked ? `+${'•'.repeat(Math.max(0, digits.length - 2))}${digits.slice(-2)}` : `+${digits}`
}
