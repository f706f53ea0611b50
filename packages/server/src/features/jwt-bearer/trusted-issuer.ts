// RFC 7523 §3, RFC 7521 §5
import { isSigningAlgorithm, type JwtClaims, type Seconds, type SigningAlgorithm } from '@ambit/protocol'
import type { ServerOptions } from '../../options.ts'
import type { OptionsProblem } from '../../options-error.ts'
import type { UserId } from '../../ports/ids.ts'
import type { ClientKey } from '../../ports/records.ts'

/** Which claim says who the user is, and what it is here. Of `email`, only what its issuer has verified counts. */
export type SubjectMapping = { readonly claim: string; readonly is: 'userId' | 'username' }

/** Finds the user whom the claims of a verified assertion mean. */
export type FindSubject = (claims: JwtClaims) => Promise<UserId | undefined>

/** An issuer whose assertions stand for a user, and how far. */
export type TrustedIssuer = {
  /** As `iss` has it. */
  readonly issuer: string
  /** Its keys, or where they are fetched from: one of the two. */
  readonly jwks?: { readonly keys: readonly ClientKey[] }
  readonly jwksUri?: string
  /** By which it signs; all that the server knows, when absent. */
  readonly algorithms?: readonly SigningAlgorithm[]
  /** The clients that may bring its assertions. */
  readonly clients: readonly string[]
  readonly subject: SubjectMapping | FindSubject
  /**
   * Whether an assertion stands for the user's consent, which is remembered then, or only what the user has allowed
   * this client before is given.
   */
  readonly consent: 'assertion' | 'remembered'
  /** The most scope that its assertions stand for; the client's ceiling alone, when absent. */
  readonly scope?: readonly string[]
  /** How long an assertion may be good at the most; 300 seconds when absent. */
  readonly lifetime?: Seconds
  /** What its levels of authentication are worth here; one that is not named is worth none of ours. */
  readonly acr?: Readonly<Record<string, string>>
}

/** What of the declared issuers cannot be. */
export function findIssuerProblems(
  issuers: readonly TrustedIssuer[],
  server: ServerOptions,
  path: string,
): readonly OptionsProblem[] {
  const problems: OptionsProblem[] = []
  const seen = new Set<string>()
  for (const [index, each] of issuers.entries()) {
    const report = (name: string, message: string) => void problems.push({ path: `${path}[${index}].${name}`, message })
    if (each.issuer === '' || each.issuer === server.issuer)
      report('issuer', 'another issuer than this server is wanted')
    if (seen.has(each.issuer)) report('issuer', 'an issuer that is declared once is wanted')
    seen.add(each.issuer)
    if ((each.jwks === undefined) === (each.jwksUri === undefined))
      report('jwks', 'one of `jwks` and `jwksUri` is wanted')
    if (each.jwks?.keys.some(isSecret))
      report('jwks', 'public keys are wanted; with these, this server could sign itself')
    if (each.algorithms?.length === 0 || each.algorithms?.some(name => !isSigningAlgorithm(name)))
      report('algorithms', 'algorithms that the server knows are wanted')
    for (const token of (each.scope ?? []).filter(name => server.catalogue.definition(name) === undefined))
      report('scope', `a scope of the catalogue is wanted, not \`${token}\``)
    if (each.lifetime !== undefined && !(each.lifetime > 0)) report('lifetime', 'seconds above 0 are wanted')
  }
  return problems
}

function isSecret(key: ClientKey): boolean {
  return key.kty === 'oct' || key.d !== undefined || key.k !== undefined
}
