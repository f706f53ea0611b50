// RFC 7662 §2
import { type JwtClaims, printForm } from '@ambit/protocol'
import { ageOf, holdingUntil, type Moment, momentOf } from './age.ts'
import { basicCredentials } from './basic-credentials.ts'
import { type FetchOptions, fetchBounded } from './bounded-fetch.ts'
import { judgeAnswer } from './introspection-answer.ts'
import { type Clock, systemClock } from './platform.ts'
import { checkSecureUrl } from './secure-url.ts'
import { parseStrictObject } from './strict-json.ts'
import type { Unavailable, VerifyToken } from './verification.ts'

/** As whom tokens are asked about, and for how long an answer is believed. */
export type IntrospectionRules = {
  readonly clientId: string
  readonly clientSecret: string
  readonly clock?: Clock
  /** Seconds for which a good answer is believed again, so that a revoked token may live on; 0, never, where it is left out. */
  readonly cacheTtl?: number
}

/** Whom to ask about tokens, and as whom. */
export type IntrospectionVerifierOptions = IntrospectionRules & FetchOptions & { readonly endpoint: string }

/**
 * Verifies tokens of any kind by asking the authorization server; where it cannot be asked, nothing is let through.
 * Bad answers are never kept: who sends garbage sends another one each time, so keeping them would only spend memory.
 * @spec RFC 7662 §2
 * @throws {RangeError} for an address that is not secure, and for a negative `cacheTtl`
 * @errors invalid_token: not active, of another issuer, for another audience, expired, of another type
 * @example
 * introspectionVerifier({ endpoint: 'https://as.example/introspect', clientId: 'inventory', clientSecret })
 */
export function introspectionVerifier(options: IntrospectionVerifierOptions): VerifyToken {
  checkSecureUrl('endpoint', options.endpoint)
  return verifierAsking(async () => options.endpoint, options)
}

/** Verifies tokens by asking at an address that is found elsewhere; where that throws, nobody can tell. */
export function verifierAsking(
  findEndpoint: () => Promise<string>,
  options: IntrospectionRules & FetchOptions,
): VerifyToken {
  const { clock = systemClock, cacheTtl = 0 } = options
  if (!(cacheTtl >= 0)) throw new RangeError(`\`cacheTtl\` is ${cacheTtl}; a number of seconds is wanted, or 0`)
  const asking = new Asking(token => ask(findEndpoint, options, token), clock, cacheTtl)
  return async (token, expected) => {
    const { answer, at } = asking.about(token)
    const found = await answer
    if (found.kind === 'unavailable') return found
    const verification = judgeAnswer(found.claims, expected, { now: clock.now(), until: at.now + cacheTtl })
    if (verification.kind !== 'verified') return verification
    return { ...verification, stillHolds: holdingUntil(verification.until, clock, at) }
  }
}

type Answer = { readonly kind: 'answer'; readonly claims: JwtClaims }
type Asked = { readonly answer: Promise<Answer | Unavailable>; readonly at: Moment }

/** Questions that can be under way at once; what comes on top would only wait behind them. */
const mostQuestions = 1_000

/** Questions that are under way. Who asks the same within the time that an answer is believed waits for the same answer. */
class Asking {
  readonly #ask: (token: string) => Promise<Answer | Unavailable>
  readonly #clock: Clock
  readonly #cacheTtl: number
  readonly #underWay = new Map<string, Asked>()
  #count = 0

  constructor(ask: (token: string) => Promise<Answer | Unavailable>, clock: Clock, cacheTtl: number) {
    this.#ask = ask
    this.#clock = clock
    this.#cacheTtl = cacheTtl
  }

  about(token: string): Asked {
    const known = this.#underWay.get(token)
    if (known && ageOf(this.#clock, known.at) < this.#cacheTtl) return known
    const at = momentOf(this.#clock)
    if (this.#count >= mostQuestions)
      return { answer: Promise.resolve(unavailable(`${mostQuestions} questions about tokens are under way`)), at }
    this.#count++
    const asked: Asked = { at, answer: this.#ask(token).finally(() => this.#end(token, asked)) }
    this.#underWay.set(token, asked)
    return asked
  }

  #end(token: string, asked: Asked): void {
    this.#count--
    if (this.#underWay.get(token) === asked) this.#underWay.delete(token)
  }
}

const largestAnswer = 65_536

async function ask(
  findEndpoint: () => Promise<string>,
  options: IntrospectionRules & FetchOptions,
  token: string,
): Promise<Answer | Unavailable> {
  try {
    const headers = {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: basicCredentials(options),
    }
    const body = printForm({ token, token_type_hint: 'access_token' })
    const request = { url: await findEndpoint(), method: 'POST', headers, body, limit: largestAnswer }
    const answer = await fetchBounded(request, options)
    if (answer.status !== 200) return unavailable(`introspection answered with status ${answer.status}`)
    if (answer.mediaType !== 'application/json')
      return unavailable(`introspection answered with \`${answer.mediaType}\`, JSON is wanted`)
    return readAnswer(answer.body)
  } catch (error) {
    return unavailable(`introspection failed: ${error instanceof Error ? error.message : 'unknown error'}`)
  }
}

function readAnswer(body: Uint8Array): Answer | Unavailable {
  const claims = parseStrictObject(new TextDecoder().decode(body))
  if (typeof claims?.['active'] !== 'boolean') return unavailable('introspection answered without `active`')
  return { kind: 'answer', claims }
}

function unavailable(reason: string): Unavailable {
  return { kind: 'unavailable', reason }
}
