import { hash } from 'node:crypto'

/** How many clients each user has allowed something; every user has as many grants. */
export const clientsPerUser = 4

/** The identifiers of the clients that the grants are of. */
export const clientIds: readonly string[] = Array.from({ length: clientsPerUser }, (_, at) => `growth-${at}`)

/** So many grants, as they stand at a point in time, in milliseconds. Grant `n` is of user `n / 4` to client `n % 4`. */
export type Population = { readonly grants: number; readonly at: number }

/** How long ago the first user logged in, in milliseconds; the last did just now. */
export const loginSpan = 7 * 86_400_000

/** How long ago the first grant that is in use was used, in milliseconds. */
export const recentSpan = 600_000

/** How long a session lasts, and with it what was granted in it, in seconds. */
export const sessionTtl = 14 * 86_400

/**
 * For how long sessions still count as seen when the population stands, in seconds: the server notes no more often than once a minute
 * that a browser was there. Otherwise it would write for each user who is met for the first time, and where there are few users
 * nearly all have been met before.
 */
export const seenAhead = 7200

/** How long a session lasts that is not used, in seconds. */
export const idleTtl = 12 * 3600

/** What the records of a grant differ in. Texts and numbers of other grants are others. */
export type Facts = {
  readonly userId: string
  readonly username: string
  readonly clientId: string
  readonly familyId: string
  readonly sessionId: string
  readonly requestId: string
  readonly salt: string
  readonly sessionHash: string
  readonly codeHash: string
  readonly firstHash: string
  readonly secondHash: string
  readonly accessHash: string
  /** When the user logged in and granted it, and when it was used last, in milliseconds. */
  readonly loginAt: number
  readonly recentAt: number
  /** When it ends, in seconds. */
  readonly endAt: number
}

/** The secrets of a grant; `first` and `second` are its refresh tokens, the second where the first was rotated. */
export type GrantSecret = 'session' | 'code' | 'first' | 'second' | 'access'

/** What a secret begins with, how long after login or last use it was made, in milliseconds, and which of the two. */
export const secretForms = {
  session: { prefix: 'se_', since: 'loginAt', after: 0 },
  code: { prefix: 'ac_', since: 'loginAt', after: 1 },
  first: { prefix: 'rt_', since: 'loginAt', after: 2 },
  second: { prefix: 'rt_', since: 'recentAt', after: 0 },
  access: { prefix: 'at_', since: 'recentAt', after: 1 },
} as const satisfies Record<GrantSecret, object>

/** The number of the first grant of the user whom a grant is of: what users have one of, has that number. */
export function userOf(grant: number): number {
  return grant - (grant % clientsPerUser)
}

/** Grants from this number on are used, and ended, to prove that they are like others; what is measured stays below it. */
export function firstOfProof({ grants }: Population): number {
  return userOf(Math.floor(grants * 0.9))
}

/** Whether a grant is in use: its refresh token was rotated once, and it has an access token that lives. */
export function isInUse(grant: number): boolean {
  return grant % clientsPerUser === 0
}

/** Every so many of the users log in, in this many milliseconds. */
export function loginStep({ grants }: Population): number {
  return Math.floor((loginSpan * clientsPerUser) / grants)
}

/** When the user of a grant logged in, and when the grant was used last. */
function timesOf(population: Population, grant: number): Pick<Facts, 'loginAt' | 'recentAt'> {
  const { at, grants } = population
  return {
    loginAt: at - loginSpan + Math.floor(grant / clientsPerUser) * loginStep(population),
    recentAt: at - recentSpan + Math.floor((grant * recentSpan) / grants),
  }
}

/** A secret in clear, such as a client or a browser holds it. */
export function secretText(population: Population, name: GrantSecret, grant: number): string {
  const { prefix, since, after } = secretForms[name]
  const of = name === 'session' ? userOf(grant) : grant
  return composeSecret(prefix, timesOf(population, of)[since] + after, `${name}${of}`)
}

/** The server masks the locator by the characters that follow it; `A` masks nothing, so both sides can be computed in SQL too. */
export function composeSecret(prefix: string, locator: number, seed: string): string {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(locator))
  return `${prefix}${bytes.toString('base64url', 2)}AAAAAAAA${hash('md5', seed).slice(0, 27)}`
}

/** The time of a request as its identifier tells it. */
export function requestTime({ at }: Population): string {
  return at.toString(36)
}

/** The facts of a grant. */
export function factsOf(population: Population, grant: number): Facts {
  const user = userOf(grant)
  const digest = (seed: string, length: number) => hash('md5', seed).slice(0, length)
  const hashOf = (name: GrantSecret) => hash('sha256', secretText(population, name, grant), 'base64url')
  const { loginAt, recentAt } = timesOf(population, grant)
  return {
    userId: digest(`user${user}`, 22),
    username: `user${user}`,
    clientId: `growth-${grant % clientsPerUser}`,
    familyId: digest(`spread${grant}`, 1) + Math.floor(loginAt / 1000).toString(16) + digest(`family${grant}`, 17),
    sessionId: digest(`sid${user}`, 20),
    requestId: `${requestTime(population)}-${digest(`request${grant}`, 12)}`,
    salt: (hash('md5', `salt${grant}`) + hash('md5', `more${grant}`)).slice(0, 43),
    sessionHash: hashOf('session'),
    codeHash: hashOf('code'),
    firstHash: hashOf('first'),
    secondHash: hashOf('second'),
    accessHash: hashOf('access'),
    loginAt,
    recentAt,
    endAt: Math.floor(loginAt / 1000) + sessionTtl,
  }
}
