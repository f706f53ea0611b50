// RFC 6749 §5.2
import type { Judgement } from '../../catalogue/test-case.ts'
import { accepted, crashedBy, isSuccess } from '../../judge/complaint.ts'
import { type JsonObject, parseJsonObject, textIn } from '../../tokens/json-object.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { inconclusive } from '../resource/guarded-call.ts'

/** What a refusal of an endpoint for machines must look like. */
export type WantedError = {
  /** What was sent, to begin the sentence: `a wrong secret`. */
  readonly sent: string
  /** The codes that are right; the first is named in messages. */
  readonly errors: readonly [string, ...string[]]
  /** The statuses that are right (default: 400 and 401). */
  readonly statuses?: readonly [number, ...number[]]
  /** What an acceptance is (default: `fail`). */
  readonly whenAccepted?: 'fail' | 'warn'
  /** What an acceptance is called (default: `was accepted`). */
  readonly accepted?: string
}

/**
 * Judges an answer that should have been an error. What is no error and 5xx are findings, 429 and 503 say nothing; another code
 * or status is a warning. @spec RFC 6749 §5.2
 */
export function judgeError(exchange: Exchange, wanted: WantedError): Judgement {
  const { sent, errors, statuses = [400, 401], whenAccepted = 'fail' } = wanted
  if (exchange.kind === 'failed')
    return inconclusive(`${sent} got no answer: ${exchange.failure}, ${exchange.detail}`, exchange)
  const { status } = exchange.response
  if (isBusy(status)) return inconclusive(`${sent} was answered by ${status}, which says nothing`, exchange)
  const said = errorOf(exchange)
  if (status < 400 && said === undefined)
    return finding(
      whenAccepted,
      { reason: `${sent} ${wanted.accepted ?? 'was accepted'} (${status})`, complaint: accepted },
      exchange,
    )
  if (status >= 500)
    return finding(
      'fail',
      { reason: `${sent} made the server fail (${status})`, complaint: crashedBy(status) },
      exchange,
    )
  if (said === undefined || !errors.includes(said)) {
    const complaint = `${said === undefined ? 'no error code' : `\`${said}\``} instead of \`${errors[0]}\``
    return finding('warn', { reason: `${sent} was refused by ${status}, but with ${complaint}`, complaint }, exchange)
  }
  if (statuses.includes(status)) return pass(`${sent} was refused by ${status} \`${said}\``, exchange)
  const complaint = `${status} instead of ${statuses[0]}`
  return finding('warn', { reason: `${sent} was refused by \`${said}\`, but with ${complaint}`, complaint }, exchange)
}

/** Whether a status only says that the server was busy. */
export function isBusy(status: number): boolean {
  return status === 429 || status === 503
}

/** The answer as a JSON object. */
export function answerOf(exchange: Exchange): JsonObject | undefined {
  return exchange.kind === 'answered' ? parseJsonObject(exchange.response.body) : undefined
}

/** The error code of an answer. @spec RFC 6749 §5.2 */
export function errorOf(exchange: Exchange): string | undefined {
  return textIn(answerOf(exchange) ?? {}, 'error')
}

/** Whether an answer gives something and no error. */
export function isGiven(exchange: Exchange): boolean {
  return exchange.kind === 'answered' && isSuccess(exchange.response.status) && errorOf(exchange) === undefined
}

/** An answer in a few words. */
export function answerWords(exchange: Exchange): string {
  if (exchange.kind === 'failed') return `no answer (${exchange.failure})`
  const said = errorOf(exchange)
  return said === undefined ? `${exchange.response.status}` : `${exchange.response.status} \`${said}\``
}

/** A pass, with what shows it. */
export function pass(reason: string, ...evidence: readonly Exchange[]): Judgement {
  return { verdict: 'pass', reason, ...(evidence.length > 0 && { evidence }) }
}

/** Something that is wrong, with the words that are the same wherever the same is wrong. */
export function finding(
  verdict: 'fail' | 'warn',
  { reason, complaint }: { readonly reason: string; readonly complaint: string },
  ...evidence: readonly Exchange[]
): Judgement {
  return { verdict, reason, complaint, ...(evidence.length > 0 && { evidence }) }
}
