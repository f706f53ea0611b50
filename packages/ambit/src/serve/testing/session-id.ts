import type { SessionId } from '@ambit/server'

/** A session's id for tests. */
export function parseSessionId(text: string): SessionId {
  return text as SessionId
}
