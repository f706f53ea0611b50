/** A server that cannot start, for a reason that its operator can remove; the message says how. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
