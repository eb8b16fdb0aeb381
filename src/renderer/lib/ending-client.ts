import { api } from './client.ts'

/** The calls that end logins. */
export function endingApi() {
  return api().telegram
}
