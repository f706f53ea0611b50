// RFC 8693 §2.1
import { type Parameters, type Refusal, refuse } from '@ambit/protocol'

/** A token that a request presents, and what it says that it is. */
export type PresentedToken = {
  readonly parameter: 'subject_token' | 'actor_token'
  readonly text: string
  readonly type: string
}

/** The tokens of an exchange. @spec RFC 8693 §2.1 */
export type ExchangeRequest = { readonly subject: PresentedToken; readonly actor?: PresentedToken }

/**
 * Reads which tokens a request presents.
 * @spec RFC 8693 §2.1
 * @errors invalid_request: no subject token, or a token without its type, or a type without its token
 */
export function readExchange(form: Parameters): ExchangeRequest | Refusal<'invalid_request'> {
  const [text, type] = [form.get('subject_token'), form.get('subject_token_type')]
  if (text === undefined) return refuse('invalid_request', '`subject_token` is missing')
  if (type === undefined) return refuse('invalid_request', '`subject_token_type` is missing')
  const subject: PresentedToken = { parameter: 'subject_token', text, type }
  const [actorText, actorType] = [form.get('actor_token'), form.get('actor_token_type')]
  if (actorText === undefined && actorType === undefined) return { subject }
  if (actorText === undefined) return refuse('invalid_request', '`actor_token_type` is there without `actor_token`')
  if (actorType === undefined) return refuse('invalid_request', '`actor_token_type` is missing')
  return { subject, actor: { parameter: 'actor_token', text: actorText, type: actorType } }
}
