/**
 * What must be true of something that was answered: it is good, it has ended, or it is open, since a request that might have
 * ended it was not answered.
 */
export type Fate = 'good' | 'open' | 'ended'

/** An authorization, and the refresh token with which it goes on. */
export type Family = {
  fate: Fate
  /** The refresh token that was answered last. */
  current: string
  /** Whether a request that spends something of this family was left without an answer. */
  hasSilence: boolean
}

/** An access token that was answered. */
export type Token = {
  readonly text: string
  readonly format: 'jwt' | 'opaque'
  readonly answeredAt: number
  readonly family?: Family
  fate: Fate
}

type Form = Readonly<Record<string, string>>

/** An authorization code that was answered and is kept for the audit, as it is to be redeemed. */
export type KeptCode = { readonly redemption: Form; readonly answeredAt: number }

/** A code that was redeemed, as it was, and what it began. */
export type SpentCode = { readonly redemption: Form; readonly family: Family }

/** How many answers of a kind are remembered: the newest, since a fault can harm those most. */
const mostRemembered = 100_000
/** How many codes are kept: the newest, since they end soon. */
const mostKept = 100

/** Every answer that says something of the future. */
export class Ledger {
  readonly tokens: Token[] = []
  readonly families: Family[] = []
  readonly keptCodes: KeptCode[] = []
  readonly spentCodes: SpentCode[] = []

  /** Notes an access token. */
  addToken(text: string, family?: Family): Token {
    const token: Token = {
      text,
      format: text.split('.').length === 3 ? 'jwt' : 'opaque',
      answeredAt: performance.now(),
      ...(family && { family }),
      fate: 'good',
    }
    remember(this.tokens, token)
    return token
  }

  /** Notes an authorization that has begun. */
  addFamily(refreshToken: string): Family {
    const family: Family = { fate: 'good', current: refreshToken, hasSilence: false }
    remember(this.families, family)
    return family
  }

  /** Notes a code that nobody redeems before the audit. */
  keepCode(redemption: Form): void {
    this.keptCodes.push({ redemption, answeredAt: performance.now() })
    if (this.keptCodes.length > mostKept) this.keptCodes.shift()
  }

  /** Notes a code that was redeemed. */
  addSpentCode(code: SpentCode): void {
    remember(this.spentCodes, code)
  }
}

function remember<T>(list: T[], member: T): void {
  list.push(member)
  if (list.length >= 2 * mostRemembered) list.splice(0, mostRemembered)
}

/** What must be true of a token, which is no better than the authorization that it came from. */
export function fateOf({ fate, family }: Token): Fate {
  if (fate === 'ended' || family?.fate === 'ended') return 'ended'
  return fate === 'open' || family?.fate === 'open' ? 'open' : 'good'
}
