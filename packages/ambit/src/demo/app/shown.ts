import { parseObject } from './discovery.ts'
import type { Failure } from './tokens.ts'

/** An answer that the app got, as it shows it. */
export type Shown = {
  readonly title: string
  readonly isGood: boolean
  /** The authorization has ended, and the login with it. */
  readonly isOver?: boolean
  /** What happened, in plain words. */
  readonly words: string
  /** The request line. */
  readonly request?: string
  readonly status?: number
  readonly challenge?: string
  readonly body?: string
}

/** An API's answer, as it came. */
export type ApiAnswer = {
  readonly request: string
  readonly status: number
  readonly challenge: string | undefined
  readonly body: string
}

/** Shows an API's answer. */
export function showAnswer(title: string, answer: ApiAnswer, tokenScope: string): Shown {
  const { challenge, body, ...rest } = answer
  return {
    title,
    isGood: answer.status < 300,
    words: wordsFor(answer, tokenScope),
    ...rest,
    body: pretty(body),
    ...(challenge !== undefined && { challenge }),
  }
}

/** Shows that no token could be had. */
export function showFailure(title: string, failure: Failure): Shown {
  const { error = '', description, status } = failure
  return {
    title,
    isGood: false,
    isOver: error === 'invalid_grant',
    words: failureWords[error] ?? 'The authorization server gave no token.',
    ...(status !== undefined && { status }),
    body: error === '' ? description : `${error}: ${description}`,
  }
}

const failureWords: Readonly<Record<string, string>> = {
  access_denied: 'You said no, and the app goes on without.',
  invalid_grant: 'This authorization has ended. Log in again.',
  invalid_scope: 'The app wanted more than you allowed it. “Ask for more” asks you.',
  invalid_target: 'The app never asked you for this API, so there is no token for it. “Ask for more” asks you.',
}

function wordsFor({ status, body }: ApiAnswer, tokenScope: string): string {
  if (status < 300) return `Allowed: the token carries ${quoted(tokenScope)}, and that is enough for this call.`
  const { missing_scope: missing, required_scope: required } = parseObject(body)
  if (status === 403)
    return `Refused: this call needs ${listed(required)}; the token carries ${quoted(tokenScope)}, so ${listed(missing)} is missing. The app may ask you for it.`
  if (status === 401) return 'Refused: the API takes this token for expired, revoked, or meant for another API.'
  if (status === 503) return 'The API cannot check the token at the moment, so it lets nothing through.'
  return 'The API did not understand the call.'
}

function listed(tokens: unknown): string {
  return Array.isArray(tokens) ? tokens.map(token => quoted(String(token))).join(' and ') : 'other scope'
}

function quoted(scope: string): string {
  return scope === '' ? 'no scope' : `“${scope}”`
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
