// RFC 7591 §2.2, §3.2.2
import { type Refusal, refuse } from '@ambit/protocol'

/** Members that may come in several languages, as `client_name#de`. @spec RFC 7591 §2.2 */
const humanReadable: ReadonlySet<string> = new Set(['client_name', 'client_uri', 'tos_uri', 'policy_uri'])

/** The name of a member without its language. @spec RFC 7591 §2.2 */
export function plainName(name: string): string {
  const [plain = '', language] = name.split('#', 2)
  const isTag = language !== undefined && /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(language)
  return isTag && humanReadable.has(plain) ? plain : name
}

/** What is wrong with client metadata. */
export type MetadataRefusal = Refusal<'invalid_client_metadata' | 'invalid_redirect_uri'>

/** A refusal that names the member, with the code that its kind has. @spec RFC 7591 §3.2.2 */
export function refuseMember(name: string, message: string): MetadataRefusal {
  return refuse(
    name === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata',
    `\`${name.slice(0, 64)}\`: ${message}`,
  )
}
