// RFC 7591 §2.3, §3.1.1, §3.2.2
import { isCompactJws, type Refusal, refuse, signingAlgorithms } from '@ambit/protocol'
import { compactVerify, createLocalJWKSet, decodeJwt } from 'jose'
import { textField } from '../../client/metadata-field.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientMetadata } from '../../ports/records.ts'
import type { RegistrationSettings, SoftwareStatementIssuer } from './options.ts'

/** The statement of a client, kept as it was sent. @spec RFC 7591 §3.2.1 */
export const softwareStatementField = textField('software_statement', 'a signed JWT')

type StatementRefusal = Refusal<'invalid_software_statement' | 'unapproved_software_statement'>

/** Metadata with what a software statement says of them. */
export type StatedMetadata = {
  readonly metadata: ClientMetadata
  /** The statement says where answers go: whoever has got hold of one that does not could send them anywhere. */
  readonly isVouchedFor: boolean
}

const clockSkew = 30
const longest = 16_384

/**
 * Puts the claims of a software statement into the metadata that it came with; they win. Where no statements are believed
 * here, one is like any member that nobody reads.
 * @spec RFC 7591 §2.3, §3.1.1
 * @errors invalid_software_statement: no JWT, not signed by its issuer, or not of this time; unapproved_software_statement:
 * none where one is needed, or an issuer that is not trusted
 */
export async function readSoftwareStatement(
  context: ServerContext,
  sent: ClientMetadata,
  { softwareStatements }: RegistrationSettings,
): Promise<StatedMetadata | StatementRefusal> {
  const { software_statement: statement, ...metadata } = sent
  if (softwareStatements === undefined) return { metadata, isVouchedFor: false }
  if (statement === undefined && softwareStatements.isRequired)
    return refuse('unapproved_software_statement', 'a `software_statement` of a trusted issuer is needed')
  if (statement === undefined) return { metadata, isVouchedFor: false }
  if (typeof statement !== 'string' || statement.length > longest || !isCompactJws(statement))
    return refuse('invalid_software_statement', '`software_statement` must be a signed JWT')
  const named = issuerOf(statement)
  const issuer = softwareStatements.issuers.find(each => each.issuer === named)
  if (issuer === undefined)
    return refuse('unapproved_software_statement', 'the issuer of the software statement is not trusted here')
  const claims = await verifyStatement(context, statement, issuer)
  if (claims === undefined)
    return refuse('invalid_software_statement', 'no key of its issuer signed the software statement')
  if (!isOfNow(claims, context.clock.now()))
    return refuse('invalid_software_statement', 'the software statement has expired, or is not yet good')
  const { software_statement: _nested, ...stated } = claims
  const isVouchedFor = stated['redirect_uris'] !== undefined
  return { metadata: { ...metadata, ...stated, software_statement: statement }, isVouchedFor }
}

function issuerOf(statement: string): string | undefined {
  try {
    return decodeJwt(statement).iss
  } catch {
    return undefined
  }
}

/** @spec RFC 8725 §3.1 */
async function verifyStatement(
  { acceptedAlgorithms = signingAlgorithms }: ServerContext,
  statement: string,
  { jwks }: SoftwareStatementIssuer,
): Promise<ClientMetadata | undefined> {
  try {
    const keys = createLocalJWKSet({ keys: jwks.keys.map(key => ({ ...key })) })
    const { payload } = await compactVerify(statement, keys, { algorithms: [...acceptedAlgorithms] })
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload))
    return isObject(claims) ? claims : undefined
  } catch {
    return undefined
  }
}

/** @spec RFC 7519 §4.1.4, §4.1.5 */
function isOfNow({ exp, nbf }: ClientMetadata, now: number): boolean {
  if (exp !== undefined && !(typeof exp === 'number' && now < exp + clockSkew)) return false
  return nbf === undefined || (typeof nbf === 'number' && nbf <= now + clockSkew)
}

function isObject(value: unknown): value is ClientMetadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
