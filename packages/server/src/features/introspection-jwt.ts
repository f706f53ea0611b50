// RFC 9701
import { jwtTypes, noStore, type SigningAlgorithm, signingAlgorithms, singleHeader } from '@ambit/protocol'
import { metadataOf, wordField } from '../client/metadata-field.ts'
import type { ServerContext } from '../context.ts'
import type { Feature, FormatIntrospection } from '../feature.ts'
import type { OptionsProblem } from '../options-error.ts'
import type { ClientRecord } from '../ports/records.ts'
import { protectJwt } from '../protect-jwt.ts'

/** How introspection is signed. */
export type IntrospectionJwtOptions = {
  /** By which algorithm, for whoever registered none; that of ID tokens when absent. */
  readonly algorithm?: SigningAlgorithm
  /** Whether every answer is signed, whatever the request accepts. */
  readonly required?: boolean
}

const mediaType = `application/${jwtTypes.introspection}`

/** The algorithm by which an API wants its answers signed. Whoever registers one gets no others. @spec RFC 9701 §6 */
const introspectionAlgorithm = wordField('introspection_signed_response_alg', signingAlgorithms)

/**
 * Answers introspection by a signed JWT, so that an API can show later what the server told it.
 * @spec RFC 9701 §4, §5
 * @example
 * createServer({ ...options, features: [introspectionJwt()] })
 */
export function introspectionJwt({ algorithm, required = false }: IntrospectionJwtOptions = {}): Feature {
  return {
    name: 'introspectionJwt',
    clientMetadata: [introspectionAlgorithm],
    formatIntrospection: format({ algorithm, required }),
    metadata: context => ({ introspection_signing_alg_values_supported: context.signer.algorithms }),
    settings: { required },
    findProblems: ({ signer }) => findAlgorithmProblems(signer.algorithms, algorithm),
  }
}

/** @spec RFC 9701 §5 */
function format(options: {
  readonly algorithm: SigningAlgorithm | undefined
  readonly required: boolean
}): FormatIntrospection {
  return async (context, { exchange, client, claims }) => {
    const registered = metadataOf(client, introspectionAlgorithm)
    const accept = singleHeader(exchange.request.headers, 'accept')
    if (!options.required && registered === undefined && !wantsJwt(accept)) return undefined
    const jws = sign(context, { client, claims, algorithm: registered ?? options.algorithm })
    const body = await protectJwt(context, { client, use: 'introspection', jws })
    return { status: 200, headers: { ...noStore, 'content-type': mediaType }, body }
  }
}

/** Neither `sub` nor `exp` stands outside of the answer, so that nobody takes it for an access token. @spec RFC 9701 §5, §8.1 */
function sign(
  { signer, issuer, clock, idTokenAlgorithm }: ServerContext,
  answer: {
    readonly client: ClientRecord
    readonly claims: Readonly<Record<string, unknown>>
    readonly algorithm: SigningAlgorithm | undefined
  },
): string {
  const { client, claims, algorithm } = answer
  const payload = { iss: issuer, aud: client.clientId, iat: clock.now(), token_introspection: claims }
  const isThere = algorithm !== undefined && signer.algorithms.includes(algorithm)
  return signer.sign(payload, { typ: jwtTypes.introspection, algorithm: isThere ? algorithm : idTokenAlgorithm })
}

/** Whether a request names the JWT, and likes it no less than plain JSON. @spec RFC 9701 §4, RFC 9110 §12.5.1 */
export function wantsJwt(accept: string | undefined): boolean {
  const ranges = (accept ?? '').split(',').map(parseRange)
  const qualityOf = (type: string) => ranges.find(each => each.type === type)?.quality
  const jwt = qualityOf(mediaType) ?? 0
  const json = qualityOf('application/json') ?? qualityOf('application/*') ?? qualityOf('*/*') ?? 0
  return jwt > 0 && jwt >= json
}

function parseRange(text: string): { readonly type: string; readonly quality: number } {
  const [type = '', ...parameters] = text.split(';').map(each => each.trim().toLowerCase())
  const weight = parameters.find(each => each.startsWith('q='))?.slice(2)
  if (weight === undefined) return { type, quality: 1 }
  return { type, quality: /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0 }
}

function findAlgorithmProblems(
  signed: readonly SigningAlgorithm[],
  algorithm: SigningAlgorithm | undefined,
): readonly OptionsProblem[] {
  if (algorithm === undefined || signed.includes(algorithm)) return []
  return [{ path: 'features.introspectionJwt.algorithm', message: `one of ${signed.join(', ')} is wanted` }]
}
