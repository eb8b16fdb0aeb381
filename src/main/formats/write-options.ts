import type { EncodeOptions, WriteOption } from './format.ts'

export const ipv6Option: WriteOption = {
  name: 'ipv6',
  label: 'Use the IPv6 address',
  help: 'Only for clients started with IPv6 switched on: others replace such an address by DC 2 and the login is lost.',
  kind: 'flag',
}

export const keepTakeoutOption: WriteOption = {
  name: 'keep-takeout',
  label: 'Keep the takeout id',
  help: 'Only to go on with a data export that is still running. Telethon 1.43 and 1.44 cannot open a file that has one.',
  kind: 'flag',
}

export function flagOf(options: Pick<EncodeOptions, 'options'>, name: string): boolean {
  return ['true', 'yes', 'on', '1'].includes(options.options.get(name)?.toLowerCase() ?? '')
}
