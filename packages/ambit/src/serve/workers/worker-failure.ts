/** A worker that cannot serve; the message says why. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure'
  /** Whether the configuration is why. */
  readonly isConfig: boolean

  constructor(sentence: string, isConfig = false) {
    super(sentence)
    this.isConfig = isConfig
  }
}
