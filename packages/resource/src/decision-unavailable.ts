/** A policy that is asked elsewhere gives no answer: a guard lets nothing through, and answers 503. */
export class DecisionUnavailableError extends Error {
  override readonly name = 'DecisionUnavailableError'
}
