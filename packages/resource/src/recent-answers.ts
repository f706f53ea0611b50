// RFC 7662 §4
import type { JwtClaims } from '@ambit/protocol'
import type { Clock } from './platform.ts'

const capacity = 1_000

/** Good answers about tokens, believed again for a while; the oldest go when there are many. */
export class RecentAnswers {
  readonly #ttl: number
  readonly #clock: Clock
  readonly #answers = new Map<string, { readonly claims: JwtClaims; readonly until: number }>()

  /** @param ttl seconds; 0 keeps nothing */
  constructor(ttl: number, clock: Clock) {
    this.#ttl = ttl
    this.#clock = clock
  }

  get(token: string): JwtClaims | undefined {
    const answer = this.#answers.get(token)
    return answer && this.#clock.now() < answer.until ? answer.claims : undefined
  }

  set(token: string, claims: JwtClaims): void {
    if (this.#ttl <= 0 || this.get(token)) return
    this.#answers.delete(token)
    this.#answers.set(token, { claims, until: this.#clock.now() + this.#ttl })
    const oldest = this.#answers.keys().next()
    if (this.#answers.size > capacity && !oldest.done) this.#answers.delete(oldest.value)
  }
}
