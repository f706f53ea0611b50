import type { TokenAsk } from './token-ask.ts'

/**
 * Why a client gives up:
 * - `not_obtained`: the token source has no token for the ask; a web app redirects the browser now
 * - `repeated`: the API asks again for what was just obtained
 * - `already_held`: the API wants scope that the token has
 * - `too_many`: each new token led to another ask
 * - `body_spent`: the request's body was a stream, and cannot be sent again
 */
export type StepUpFailure = 'not_obtained' | 'repeated' | 'already_held' | 'too_many' | 'body_spent'

const words: Readonly<Record<StepUpFailure, string>> = {
  not_obtained: 'no token was obtained for what the API asks',
  repeated: 'the API asks again for what was just obtained',
  already_held: 'the API wants scope that the token has',
  too_many: 'each new token led to another ask of the API',
  body_spent: 'the body of the request was a stream and cannot be sent again; pass text, a form or bytes',
}

/** What an API asks for cannot be had; it holds what was asked, and the API's last answer. */
export class StepUpError extends Error {
  override readonly name = 'StepUpError'
  readonly failure: StepUpFailure
  readonly ask: TokenAsk
  /** The API's last answer, its body unread. */
  readonly response: Response

  constructor(failure: StepUpFailure, ask: TokenAsk, response: Response) {
    super(words[failure])
    this.failure = failure
    this.ask = ask
    this.response = response
  }
}
