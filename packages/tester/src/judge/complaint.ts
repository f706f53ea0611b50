import type { Judgement } from '../catalogue/test-case.ts'
import type { ProbeResult } from '../run/run-record.ts'
import type { Exchange } from '../wire/exchange.ts'

/** An answer that says nothing of caches; shared ones keep it only where it says that they may. @spec RFC 9111 §3.5 */
export const cachingNotRuledOut = 'caching not ruled out'

/** What was let in although it should have been refused. */
export const accepted = 'accepted'

/** The complaint of an answer that is a failure of the server. */
export function crashedBy(status: number): string {
  return `${status} instead of a refusal`
}

/** The complaint of what should have been let in. */
export function refusedBy(status: number): string {
  return `${status} instead of a success`
}

/** Whether a complaint is about the form of a refusal that is one: its status or its challenge. */
export function isAboutForm(complaint: string | undefined): boolean {
  return complaint !== undefined && /^\d{3} instead of \d{3}$|\bchallenge (?:for|lacks|says)\b/.test(complaint)
}

/** Whether a complaint says that something good was refused. */
export function isRefusal(complaint: string): boolean {
  return complaint.endsWith(' instead of a success')
}

/** Whether a complaint says that the server failed. */
export function isCrash(complaint: string | undefined): boolean {
  return complaint?.endsWith(' instead of a refusal') === true
}

/**
 * What is wrong with an answer, as a case says it, or as its last exchange shows: let in, or the server failed. `undefined` where
 * nothing is wrong, or something that only this case can tell.
 */
export function complaintOf(
  result: Pick<ProbeResult | Judgement, 'verdict' | 'complaint' | 'evidence'>,
): string | undefined {
  if (result.verdict !== 'fail' && result.verdict !== 'warn') return undefined
  if (result.complaint !== undefined) return result.complaint
  const last = (result.evidence ?? []).flatMap(statusOf).at(-1)
  if (last === undefined) return undefined
  if (isSuccess(last)) return accepted
  return isFailure(last) ? crashedBy(last) : undefined
}

/** The status of an exchange, as a list of none or one. */
export function statusOf(exchange: Exchange): readonly number[] {
  return exchange.kind === 'answered' ? [exchange.response.status] : []
}

/** Whether a status says that the request was accepted. @spec RFC 9110 §15.3 */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

/** Whether a status says that the server failed; 503 says that it was busy. @spec RFC 9110 §15.6 */
export function isFailure(status: number): boolean {
  return status >= 500 && status !== 503
}
