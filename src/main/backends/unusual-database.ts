/**
 * The page reader's way of saying "ask SQLite itself": a feature it does not read, or damage it will not judge.
 * Never leaves the backends.
 */
export class UnusualDatabase extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'UnusualDatabase'
  }
}
