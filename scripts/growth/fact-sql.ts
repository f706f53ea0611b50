import { hash } from 'node:crypto'
import {
  clientsPerUser,
  type GrantSecret,
  loginSpan,
  loginStep,
  type Population,
  recentSpan,
  requestTime,
  secretForms,
  sessionTtl,
  userOf,
} from './population.ts'
import type { Dialect, FactSql } from './template.ts'

/** As long as a UUID, which a registration is. */
const registrationLength = 36

/** What a database can compute: each a function from expressions to an expression. */
export type Functions = Dialect & {
  readonly digest: (text: string) => string
  /** The text of a number. */
  readonly print: (number: string) => string
  /** The text of a number to the base of 16. */
  readonly hex: (number: string) => string
  readonly part: (text: string, length: number) => string
  /** The stored hash of the secret with a prefix, a locator, and random characters from a seed. */
  readonly secretHash: (prefix: string, locator: string, seed: string) => string
}

/** The registrations of the clients, in the order of their numbers. */
type ClientRegistrations = readonly string[]

/** The facts of grant `n` in SQL, as `factsOf` computes them. */
export function factSql(
  population: Population,
  { text, seconds, digest, print, hex, part, secretHash }: Functions,
  registrations: ClientRegistrations,
): FactSql {
  const { at, grants } = population
  const user = `(n - n % ${clientsPerUser})`
  const numbered = (name: string, number: string) => text([`'${name}'`, print(number)])
  const loginAt = `(${at - loginSpan} + n / ${clientsPerUser} * ${loginStep(population)})`
  const times = { loginAt, recentAt: `(${at - recentSpan} + n * ${recentSpan} / ${grants})` }
  const timesOfUser = { loginAt, recentAt: times.recentAt.replace('n *', `${user} *`) }
  const hashOf = (name: GrantSecret) => {
    const { prefix, since, after } = secretForms[name]
    const isOfUser = name === 'session'
    return secretHash(
      prefix,
      `(${(isOfUser ? timesOfUser : times)[since]} + ${after})`,
      numbered(name, isOfUser ? user : 'n'),
    )
  }
  const cases = registrations.map((text, at) => `WHEN ${at} THEN '${text}'`)
  return {
    userId: part(digest(numbered('user', user)), 22),
    username: numbered('user', user),
    clientId: numbered('growth-', `(n % ${clientsPerUser})`),
    familyId: text([
      part(digest(numbered('spread', 'n')), 1),
      hex(seconds(loginAt)),
      part(digest(numbered('family', 'n')), 17),
    ]),
    sessionId: part(digest(numbered('sid', user)), 20),
    requestId: text([`'${requestTime(population)}-'`, part(digest(numbered('request', 'n')), 12)]),
    salt: part(text([digest(numbered('salt', 'n')), digest(numbered('more', 'n'))]), 43),
    userRegistration: part(
      text([digest(numbered('registration', user)), digest(numbered('registered', user))]),
      registrationLength,
    ),
    clientRegistration: `CASE n % ${clientsPerUser} ${cases.join(' ')} END`,
    sessionHash: hashOf('session'),
    codeHash: hashOf('code'),
    firstHash: hashOf('first'),
    secondHash: hashOf('second'),
    accessHash: hashOf('access'),
    ...times,
    endAt: `(${loginAt} / 1000 + ${sessionTtl})`,
  }
}

/** The registration that the user of a grant has. */
export function userRegistration(grant: number): string {
  const user = userOf(grant)
  return (hash('md5', `registration${user}`) + hash('md5', `registered${user}`)).slice(0, registrationLength)
}
