// RFC 9700 §4.12
import { type HttpRequest, seconds } from '@ambit/protocol'
import { maxUsernameLength } from '../accounts/username.ts'
import type { LoginCodePage, LoginPage } from '../ports/pages.ts'
import { printCookie, readCookie } from '../session/cookies.ts'

type CookieContext = Parameters<typeof printCookie>[0]

/** What may be wrong with a password. */
export const loginProblems = ['wrong_credentials', 'throttled', 'expired_form'] as const satisfies readonly NonNullable<
  LoginPage['problem']
>[]

/** What may be wrong with a one-time code. */
export const codeProblems = ['wrong_code', 'throttled', 'expired_form'] as const satisfies readonly NonNullable<
  LoginCodePage['problem']
>[]

/** What may be wrong with a password. */
export type LoginProblem = (typeof loginProblems)[number]

/** What may be wrong with a one-time code. */
export type CodeProblem = (typeof codeProblems)[number]

/** A login that did not succeed: why, and what the page shows again. Never holds the password or the code. */
export type LoginAttempt<P extends LoginProblem | CodeProblem> = {
  readonly problem: P
  readonly username?: string | undefined
  /** Seconds. */
  readonly retryAfter?: number
}

/** Long enough for the redirect that follows the form. */
const attemptTtl = seconds(60)

/** Keeps an attempt in the browser until the page that the form's answer leads to has shown it. */
export function printAttempt(
  context: CookieContext,
  { problem, username = '', retryAfter = 0 }: LoginAttempt<LoginProblem | CodeProblem>,
): string {
  const name = encodeURIComponent(username.slice(0, maxUsernameLength).toWellFormed())
  return printCookie(context, 'attempt', { value: `${problem}.${retryAfter}.${name}`, maxAge: attemptTtl })
}

/** The attempt at this page that the browser kept; a text that is none counts as none, since anybody can set their own cookies. */
export function readAttempt<const P extends LoginProblem | CodeProblem>(
  context: CookieContext,
  request: HttpRequest,
  problems: readonly P[],
): LoginAttempt<P> | undefined {
  const kept = readCookie(context, request, 'attempt')
  const [, name = '', wait = '', text = ''] = /^([a-z_]+)\.(\d{1,6})\.([\w!'()*.~%-]*)$/.exec(kept ?? '') ?? []
  const problem = problems.find(each => each === name)
  const username = decode(text)
  if (problem === undefined || username === undefined) return undefined
  const retryAfter = Number(wait)
  return { problem, ...(username !== '' && { username }), ...(retryAfter > 0 && { retryAfter }) }
}

/** Forgets the attempt, once it was shown. */
export function forgetAttempt(context: CookieContext): string {
  return printCookie(context, 'attempt', { value: '', maxAge: seconds(0) })
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
