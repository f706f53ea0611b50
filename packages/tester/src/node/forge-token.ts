// RFC 9068 §2.1, §2.2
import { randomUUID } from 'node:crypto'
import type { ProbeContext } from '../run/probe-context.ts'
import type { Secret } from '../secret/secret.ts'
import type { TestIssuer } from '../target/target.ts'
import type { Holder } from '../tokens/token.ts'
import { joinJws, type SigningKey, signJws } from './forge-jws.ts'

/** What of a forged token differs from a good one. A member that is set to `undefined` is left out of the token. */
export type TokenChange = {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  /** Signs instead of the issuer's key. */
  readonly key?: SigningKey
  /** For whom it is (default: the first user). */
  readonly holder?: Holder
  readonly scope?: readonly string[]
  /** Stands instead of the claims, as it is: for duplicate members and for what is no JSON. It is signed. */
  readonly payload?: string
  /** Stands instead of the signature, as it is. */
  readonly signature?: string
}

/** What a forger works with. */
export type ForgeContext = Pick<ProbeContext, 'testIssuer' | 'secrets' | 'now'>

/** Seconds for which a forged token is good. */
const lifetime = 300

/**
 * Makes an access token of the test issuer: good where nothing is changed, and wrong in just what is. The scope is empty unless
 * the change or the issuer's claims name one. @spec RFC 9068 §2.2
 */
export function forgeToken(
  context: ForgeContext,
  operation: { readonly resource?: string },
  change: TokenChange = {},
): Secret {
  const { testIssuer } = context
  if (testIssuer === undefined) throw new TypeError('tokens are forged in the name of a test issuer, and there is none')
  const signing = testIssuer.keys.find(({ role }) => role === 'signing') ?? testIssuer.keys[0]
  const header = present({ typ: 'at+jwt', alg: signing.alg, kid: signing.kid, ...change.header })
  const payload = change.payload ?? present(claimsOf({ testIssuer, operation, change, now: context.now() }))
  if (change.signature !== undefined)
    return context.secrets.secret('access token', joinJws(header, payload, change.signature))
  return context.secrets.secret('access token', signJws({ header, payload, key: change.key ?? signing.key }))
}

type Claims = {
  readonly testIssuer: TestIssuer
  readonly operation: { readonly resource?: string }
  readonly change: TokenChange
  readonly now: number
}

function claimsOf({ testIssuer, operation, change, now }: Claims): Readonly<Record<string, unknown>> {
  const seconds = Math.floor(now / 1000)
  const { holder = { kind: 'user', user: 'first' } } = change
  return {
    iss: testIssuer.issuer,
    ...(holder.kind === 'user' && { auth_time: seconds }),
    scope: '',
    ...testIssuer.claims,
    ...subjectOf(testIssuer, holder),
    ...(operation.resource !== undefined && { aud: operation.resource }),
    iat: seconds,
    exp: seconds + lifetime,
    jti: randomUUID(),
    ...(change.scope !== undefined && { scope: change.scope.join(' ') }),
    ...change.claims,
  }
}

/** Who the token is for, and by whom. A client's own token has the client as its subject. @spec RFC 9068 §2.2 */
function subjectOf({ subjects, claims }: TestIssuer, holder: Holder): Readonly<Record<string, unknown>> {
  const number = (holder.kind === 'user' ? holder.user : holder.client) === 'first' ? 0 : 1
  const firstClient = subjects?.clients?.[0] ?? claims.client_id ?? 'tester-client-1'
  if (holder.kind === 'client') {
    const client = number === 0 ? firstClient : (subjects?.clients?.[1] ?? 'tester-client-2')
    return { sub: client, client_id: client }
  }
  const first = subjects?.users?.[0] ?? claims.sub ?? 'tester-user-1'
  return { sub: number === 0 ? first : (subjects?.users?.[1] ?? 'tester-user-2'), client_id: firstClient }
}

function present(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
