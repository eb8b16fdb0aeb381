/** The server's "no" to a method: an error code and its text, as in `rpc_error`. */
export class RpcFault extends Error {
  readonly code: number
  readonly text: string

  constructor(code: number, text: string) {
    super(`${code} ${text}`)
    this.code = code
    this.text = text
  }
}
