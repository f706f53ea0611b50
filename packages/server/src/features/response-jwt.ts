// JARM (JWT Secured Authorization Response Mode for OAuth 2.0)
import { after, refuse, type Seconds, type SigningAlgorithm, seconds, signingAlgorithms } from '@ambit/protocol'
import type { ResponseParameters } from '../authorize/respond.ts'
import { metadataOf, wordField } from '../client/metadata-field.ts'
import type { ServerContext } from '../context.ts'
import type { Feature, RequestRule, WrappedResponseMode } from '../feature.ts'
import type { OptionsProblem } from '../options-error.ts'
import type { ClientRecord } from '../ports/records.ts'
import { protectJwt } from '../protect-jwt.ts'

/** How authorization responses are signed. */
export type JwtResponsesOptions = {
  /** Whether every authorization request must ask for one. */
  readonly required?: boolean
  /** How long a response is good; 60 seconds when absent, at most 600. @spec JARM §2.1 */
  readonly lifetime?: Seconds
}

/** The algorithm by which a client wants its responses signed. @spec JARM §3 */
const responseSigningAlgorithm = wordField('authorization_signed_response_alg', signingAlgorithms)

/** What each response mode is, and how it travels. @spec JARM §2.3 */
const modes = {
  'query.jwt': 'query',
  'fragment.jwt': 'fragment',
  'form_post.jwt': 'form_post',
  jwt: 'default',
} as const satisfies Readonly<Record<string, WrappedResponseMode['travels']>>

/** No type is registered for them, and clients refuse others. What it is not taken for lacks `sub`: an ID token. */
const typ = 'JWT'

const lifetimes = { usual: seconds(60), longest: 600 } as const

/**
 * Puts the parameters of authorization responses, errors too, into a JWT that the server signs for the client.
 * @spec JARM §2
 * @example
 * createServer({ ...options, features: [jwtResponses({ required: true })] })
 */
export function jwtResponses({ required = false, lifetime = lifetimes.usual }: JwtResponsesOptions = {}): Feature {
  return {
    name: 'jwtResponses',
    clientMetadata: [responseSigningAlgorithm],
    responseModes: Object.entries(modes).map(([name, travels]) => ({
      name,
      travels,
      isOnly: required,
      wrap: (context, client, parameters) => wrap(context, { client, parameters, lifetime }),
    })),
    requestRules: [requireMode(required)],
    metadata: context => ({
      response_modes_supported: Object.keys(modes),
      authorization_signing_alg_values_supported: context.signer.algorithms,
    }),
    settings: { required, lifetime },
    findProblems: () => findLifetimeProblems(lifetime),
  }
}

/**
 * One parameter instead of all: a JWT with them, who made it, for whom, and until when.
 * @spec JARM §2.1, §2.2
 */
async function wrap(
  context: ServerContext,
  answer: { readonly client: ClientRecord; readonly parameters: ResponseParameters; readonly lifetime: Seconds },
): Promise<ResponseParameters> {
  const { client, parameters, lifetime } = answer
  const claims = {
    ...parameters,
    iss: context.issuer,
    aud: client.clientId,
    exp: after(context.clock.now(), lifetime),
  }
  const jws = context.signer.sign(claims, { typ, algorithm: algorithmFor(context, client) })
  return { response: await protectJwt(context, { client, use: 'authorization_response', jws }) }
}

/** What the client has registered, where the server has a key for it; else what ID tokens are signed by. @spec JARM §3 */
function algorithmFor({ signer, idTokenAlgorithm }: ServerContext, client: ClientRecord): SigningAlgorithm {
  const registered = metadataOf(client, responseSigningAlgorithm)
  return registered !== undefined && signer.algorithms.includes(registered) ? registered : idTokenAlgorithm
}

/** @spec JARM §2.3 */
function requireMode(isRequired: boolean): RequestRule {
  return (_context, { parameters }) => {
    const isAsked = Object.hasOwn(modes, parameters.get('response_mode') ?? '')
    if (isRequired && !isAsked)
      return refuse('invalid_request', '`response_mode` must be `jwt`, or one that ends in it')
    return undefined
  }
}

function findLifetimeProblems(lifetime: number): readonly OptionsProblem[] {
  if (lifetime >= 1 && lifetime <= lifetimes.longest) return []
  return [{ path: 'features.jwtResponses.lifetime', message: `1 to ${lifetimes.longest} seconds are wanted` }]
}
