// RFC 9110 §10.2.3, §5.6.7
import { fieldValue, type ReceivedResponse } from '../wire/exchange.ts'

/** Milliseconds until the server wants to be asked again; `undefined` where it does not say. @spec RFC 9110 §10.2.3 */
export function retryAfterOf({ headers }: Pick<ReceivedResponse, 'headers'>, now: number): number | undefined {
  const value = fieldValue(headers, 'retry-after')?.trim()
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const isDate = /^[A-Z][a-z]+, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/.test(value)
  const at = isDate ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
