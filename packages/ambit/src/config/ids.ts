import type { ClientId, UserId } from '@ambit/server'

/** A client's identifier, from a text that the configuration's check let pass. @spec RFC 6749 §2.2 */
export function parseClientId(text: string): ClientId {
  return text as ClientId
}

/** A user's identifier, from a text that was checked or made here. */
export function parseUserId(text: string): UserId {
  return text as UserId
}
