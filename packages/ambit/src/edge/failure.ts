// RFC 6749 §4.1.2.1, RFC 9110 §15
import { type HttpResponse, json, noStore } from '@ambit/protocol'

/** The longest body that is read where the options do not say: 64 KiB. */
export const defaultMaxBodyLength = 65_536

/** What a client learns of a bug: that there is one. */
export function serverError(): HttpResponse {
  return json(500, { error: 'server_error' }, noStore)
}
