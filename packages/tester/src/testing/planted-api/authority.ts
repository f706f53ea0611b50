// RFC 7009 §2.1, RFC 7662 §2.2
import { randomBytes } from 'node:crypto'
import type { IntrospectionControl } from '../../target/target.ts'
import type { Claims } from './world.ts'

/** What an introspection endpoint says of a token; `undefined` where it gives no answer. @spec RFC 7662 §2.2 */
type IntrospectionAnswer = Readonly<Record<string, unknown>> & { readonly active: boolean }

/** What issues, knows and revokes the tokens that are no forgeries. */
export type Authority = {
  /** Makes an opaque token and remembers what it is good for. */
  readonly issueOpaque: (claims: Claims) => string
  /** Remembers a token that was made elsewhere, such as a JWT. */
  readonly register: (token: string, claims: Claims) => void
  readonly revoke: (token: string) => void
  readonly isRevoked: (token: string) => boolean
  readonly introspect: (token: string) => Promise<IntrospectionAnswer | undefined>
  readonly behave: IntrospectionControl['behave']
}

/** Makes an authority in memory. */
export function createAuthority(now: () => number): Authority {
  const known = new Map<string, Claims>()
  const revoked = new Set<string>()
  let conduct: Parameters<IntrospectionControl['behave']>[0] = { kind: 'pass' }
  return {
    issueOpaque: claims => {
      const token = randomBytes(24).toString('base64url')
      known.set(token, claims)
      return token
    },
    register: (token, claims) => void known.set(token, claims),
    revoke: token => void revoked.add(token),
    isRevoked: token => revoked.has(token),
    introspect: async token => {
      if (conduct.kind === 'fail') return undefined
      const said = conduct.kind === 'say' ? conduct.members : {}
      const claims = known.get(token)
      if (claims === undefined || revoked.has(token) || isOver(claims, now())) return { active: false }
      return { ...claims, active: true, ...said }
    },
    behave: next => {
      conduct = next
    },
  }
}

function isOver({ exp }: Claims, now: number): boolean {
  return typeof exp === 'number' && exp * 1000 <= now
}
