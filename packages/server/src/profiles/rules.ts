// Rules that several profiles have, each with its own source
import type { ServerMetadata, SigningAlgorithm } from '@ambit/protocol'
import type { OptionsProblem } from '../options-error.ts'
import type { ClientProblem, JudgedClient, JudgedServer, ProfileRule } from './profile.ts'

/** A rule that this server keeps whatever its options say. */
export function alwaysKept(rule: Required<Pick<ProfileRule, 'id' | 'says' | 'source' | 'always'>>): ProfileRule {
  return rule
}

/** One problem where something holds, none where it does not. */
export function problemIf(isProblem: boolean, path: string, message: string): readonly OptionsProblem[] {
  return isProblem ? [{ path, message }] : []
}

/** One problem of a client where something holds. */
export function clientProblemIf(
  isProblem: boolean,
  member: keyof JudgedClient,
  message: string,
): readonly ClientProblem[] {
  return isProblem ? [{ member, message }] : []
}

/** Every address is reached over TLS. On the machine itself plain http is good, for those who develop. */
export function tlsRule(source: string): ProfileRule {
  return {
    id: 'tls',
    says: 'everything is reached over TLS; plain http is for loopback alone, to develop with',
    source,
    findProblems: ({ options: { issuer } }) =>
      problemIf(
        !issuer.startsWith('https:') && !isLoopbackUri(issuer),
        'issuer',
        'https is wanted, or http on loopback to develop with',
      ),
  }
}

/** The password grant does not exist. */
export function passwordRule(source: string): ProfileRule {
  return {
    id: 'no-password',
    says: 'there is no password grant',
    source,
    findProblems: ({ options }) =>
      problemIf(options.dangerouslyAllowPassword === true, 'dangerouslyAllowPassword', 'must not be set'),
    findClientProblems: ({ grantTypes }) =>
      clientProblemIf(grantTypes.includes('password'), 'grantTypes', 'must not have `password`'),
  }
}

/** Nothing but codes comes from the authorization endpoint. */
export function implicitRule(source: string): ProfileRule {
  return {
    id: 'code-only',
    says: 'the authorization endpoint answers with codes, never with tokens',
    source,
    findProblems: ({ options }) =>
      problemIf(options.dangerouslyAllowImplicit === true, 'dangerouslyAllowImplicit', 'must not be set'),
    findClientProblems: ({ grantTypes, responseTypes }) => [
      ...clientProblemIf(grantTypes.includes('implicit'), 'grantTypes', 'must not have `implicit`'),
      ...clientProblemIf(
        responseTypes.some(type => type !== 'code'),
        'responseTypes',
        'only `code` is allowed',
      ),
    ],
  }
}

/** Every code has a challenge. */
export function pkceRule(source: string): ProfileRule {
  return {
    id: 'pkce',
    says: 'each request for a code has a code challenge of the method S256',
    source,
    findClientProblems: client =>
      clientProblemIf(
        client.dangerouslyAcceptNonceInsteadOfPkce === true,
        'dangerouslyAcceptNonceInsteadOfPkce',
        'must not be set',
      ),
  }
}

/** The methods by which clients prove who they are. */
export function methodsRule(
  rule: Pick<ProfileRule, 'id' | 'says' | 'source'>,
  methods: NonNullable<JudgedServer['options']['clientAuthenticationMethods']>,
): ProfileRule {
  const list = methods.map(method => `\`${method}\``).join(', ')
  const isAllowed = (method: string) => methods.some(each => each === method)
  return {
    ...rule,
    sets: { clientAuthenticationMethods: methods },
    findProblems: ({ metadata }) => {
      const others = (metadata.token_endpoint_auth_methods_supported ?? []).filter(method => !isAllowed(method))
      return problemIf(others.length > 0, 'clientAuthenticationMethods', `only ${list} are allowed`)
    },
    findClientProblems: ({ authenticationMethod }) =>
      clientProblemIf(!isAllowed(authenticationMethod), 'authenticationMethod', `one of ${list} is wanted`),
  }
}

/** Where algorithms come from, by what the server says of itself. */
const algorithmLists = [
  ['id_token_signing_alg_values_supported', 'keys.algorithms'],
  ['token_endpoint_auth_signing_alg_values_supported', 'acceptedAlgorithms'],
  ['dpop_signing_alg_values_supported', 'features.dpop.algorithms'],
  ['request_object_signing_alg_values_supported', 'features.requestObjects.algorithms'],
  [
    'backchannel_authentication_request_signing_alg_values_supported',
    'features.backchannelAuthentication.signedRequests',
  ],
] as const satisfies readonly (readonly [keyof ServerMetadata, string])[]

/** JWTs are signed, by whomever, by some algorithms and no others. */
export function algorithmsRule(source: string, algorithms: readonly SigningAlgorithm[]): ProfileRule {
  const isAllowed = (algorithm: string | undefined) =>
    algorithm === undefined || algorithms.some(each => each === algorithm)
  const wanted = `only ${algorithms.join(', ')} are allowed`
  return {
    id: 'algorithms',
    says: `JWTs are signed by ${algorithms.join(', ')}, those of clients too`,
    source,
    sets: { acceptedAlgorithms: algorithms },
    findProblems: ({ options, metadata }) => [
      ...problemIf(!isAllowed(options.idTokenAlgorithm), 'keys.idTokenAlgorithm', wanted),
      ...options.resources.flatMap(({ algorithm }, index) =>
        problemIf(!isAllowed(algorithm), `resources[${index}].algorithm`, wanted),
      ),
      ...algorithmLists.flatMap(([name, path]) => problemIf(!(metadata[name] ?? []).every(isAllowed), path, wanted)),
    ],
    findClientProblems: ({ idTokenAlgorithm }) =>
      clientProblemIf(!isAllowed(idTokenAlgorithm), 'idTokenAlgorithm', wanted),
  }
}

/** Whether a URI leads to the machine on which it is opened. */
export function isLoopbackUri(uri: string): boolean {
  if (!URL.canParse(uri)) return false
  const { protocol, hostname } = new URL(uri)
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
