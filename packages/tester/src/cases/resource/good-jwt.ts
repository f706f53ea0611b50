// RFC 7515 §3.1; RFC 7517 §5
import type { Judgement } from '../../catalogue/test-case.ts'
import { judgeRefusal, unauthorized, type WantedRefusal } from '../../judge/judge-refusal.ts'
import { isJwt, makeKeyPair, type SplitJws, splitJws } from '../../node/forge-jws.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { SecretLedger } from '../../secret/secret.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { KeyPair } from '../../target/target.ts'
import { type GoodCall, goodCall, inconclusive, isJudgement, notApplicable, withTokenText } from './guarded-call.ts'
import type { Trial } from './guarded-case.ts'

/** A call whose token is a JWT, with the token taken apart. */
export type GoodJwt = GoodCall & { readonly jwt: SplitJws; readonly alg: string }

/** Why a case about JWTs says nothing where tokens are opaque. */
export const isOpaque = 'the access token is opaque here: it has no parts that could be changed'

/** Makes the call and gets its token, which must be a JWT. */
export async function goodJwt(context: ProbeContext, operation: ApiOperation): Promise<GoodJwt | Judgement> {
  const good = await goodCall(context, operation)
  if (isJudgement(good)) return good
  const text = good.token.accessToken.reveal()
  const jwt = isJwt(text) ? splitJws(text) : undefined
  if (jwt === undefined) return notApplicable(isOpaque)
  return { ...good, jwt, alg: typeof jwt.header.alg === 'string' ? jwt.header.alg : '' }
}

/** A good JWT that is changed into one that must be refused. */
export type JwtChange = {
  readonly variant?: string
  /** Begins the sentence of the judgement. */
  readonly sent: string
  readonly change: (good: GoodJwt, context: ProbeContext) => string | Judgement | Promise<string | Judgement>
  /** How it must be refused (default: as an invalid token). */
  readonly wanted?: Omit<WantedRefusal, 'sent'>
}

/** Sends a changed JWT and judges the refusal. */
export function changedJwt({ variant, sent, change, wanted = unauthorized }: JwtChange): Trial {
  return {
    ...(variant !== undefined && { variant }),
    run: async (context, operation) => {
      const good = await goodJwt(context, operation)
      if (isJudgement(good)) return good
      const text = await change(good, context)
      if (typeof text !== 'string') return text
      const exchange = await context.send(withTokenText(context, good, text))
      return judgeRefusal(exchange, { ...wanted, sent })
    },
  }
}

const ownKeys = new WeakMap<SecretLedger, Map<string, KeyPair>>()

/** A key that nobody but the tester knows; one for each algorithm and run, since RSA keys take their time. */
export function ownKey(alg: string, secrets: SecretLedger): KeyPair {
  const known = ownKeys.get(secrets) ?? new Map<string, KeyPair>()
  ownKeys.set(secrets, known)
  const key = known.get(alg) ?? makeKeyPair(alg, secrets)
  known.set(alg, key)
  return key
}

/** The algorithm of a token where a key can be made for it, and one that every API knows where not. */
export function pairAlg(alg: string): string {
  return /^(ES(256|384|512)|[RP]S(256|384|512)|EdDSA|Ed25519)$/.test(alg) ? alg : 'RS256'
}

/** The public keys by which the tokens of an API are verified. */
export async function publicKeysOf(
  { target, testIssuer, send }: ProbeContext,
  { jwt }: GoodJwt,
): Promise<readonly JsonWebKey[] | Judgement> {
  if (testIssuer !== undefined && jwt.payload.iss === testIssuer.issuer)
    return testIssuer.keys.map(({ kid, alg, key }) => ({ ...key.publicJwk, kid, alg }))
  const address = target.server?.metadata.jwks_uri
  if (typeof address !== 'string') return inconclusive('the public keys of the issuer are known nowhere')
  const { origin, pathname, search } = new URL(address)
  const exchange = await send({
    method: 'GET',
    origin,
    target: pathname + search,
    headers: [['Accept', 'application/json']],
  })
  const keys = exchange.kind === 'answered' ? readKeySet(exchange.response.body) : undefined
  return keys ?? inconclusive(`no key set could be read at \`${address}\``, exchange)
}

function readKeySet(body: string): readonly JsonWebKey[] | undefined {
  try {
    const document: unknown = JSON.parse(body)
    if (typeof document !== 'object' || document === null || !('keys' in document)) return undefined
    return Array.isArray(document.keys) ? document.keys.filter(isPublicJwk) : undefined
  } catch {
    return undefined
  }
}

function isPublicJwk(value: unknown): value is JsonWebKey {
  if (typeof value !== 'object' || value === null || !('kty' in value)) return false
  return value.kty === 'RSA' || value.kty === 'EC' || value.kty === 'OKP'
}
