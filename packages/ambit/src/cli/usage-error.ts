/** Words on the command line that cannot be used; the message says which, and what is wanted. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
