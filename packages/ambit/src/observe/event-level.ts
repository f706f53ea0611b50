import type { ServerEvent } from '@ambit/server'

/** How loud a line is. */
export type Level = 'debug' | 'info' | 'warn' | 'error'

/** The level and the words of each kind of event. */
const lines = {
  'token.issued': ['info', 'token issued'],
  'request.refused': ['info', 'request refused'],
  'replay.detected': ['warn', 'replay detected, its authorization is revoked'],
  'refresh.repeated': ['info', 'refresh token repeated within the grace, answered the same'],
  'token.revoked': ['info', 'token revoked'],
  'login.succeeded': ['info', 'login succeeded'],
  'login.raised': ['info', 'login made stronger'],
  'login.failed': ['warn', 'login failed'],
  'consent.given': ['info', 'consent given'],
  'consent.denied': ['info', 'consent denied'],
  'grant.changed': ['info', 'grant changed by its user'],
  'client.changed': ['info', 'client changed by itself'],
  'session.ended': ['info', 'session ended'],
  'user.revoked': ['warn', 'everything of a user revoked'],
  'key.created': ['info', 'signing key created'],
  'clock.skewed': ['warn', 'clock skewed'],
  warning: ['warn', 'warning'],
  'request.unavailable': ['warn', 'store unavailable, answered 503'],
  'request.failed': ['error', 'request failed'],
} as const satisfies Readonly<Record<ServerEvent['kind'], readonly [Level, string]>>

/** How loud an event is, and what it says to people. */
export function describeEvent(event: ServerEvent): { readonly level: Level; readonly words: string } {
  const [level, words] = lines[event.kind]
  if (event.kind === 'clock.skewed') return { level: event.isSevere ? 'error' : level, words: event.message }
  return { level, words: event.kind === 'warning' ? event.message : words }
}
