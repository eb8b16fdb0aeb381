import type { DataCenter } from './session.ts'

/** Whether a data centre has a server salt. 0 is the libraries' own word for none. */
export function hasSalt({ salt }: Pick<DataCenter, 'salt'>): boolean {
  return salt !== undefined && salt.open().some((byte) => byte !== 0)
}
