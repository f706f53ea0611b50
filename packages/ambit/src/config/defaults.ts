import { seconds } from '@ambit/protocol'
import type { Ttls } from '@ambit/server'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** What a configuration says that says nothing: where to listen and keep things. */
export const defaults = { port: 4000, host: '127.0.0.1', store: 'ambit.db', metricsHost: '127.0.0.1' } as const

/** Spans of codes, tokens and sessions: short where a thing is carried about, long where a person would be asked again. */
export const defaultTtls: Ttls = {
  code: seconds(minute),
  accessToken: seconds(10 * minute),
  idToken: seconds(10 * minute),
  refreshIdle: seconds(30 * day),
  refreshAbsolute: seconds(180 * day),
  refreshGrace: seconds(10),
  sessionIdle: seconds(12 * hour),
  sessionAbsolute: seconds(14 * day),
  interaction: seconds(30 * minute),
}
