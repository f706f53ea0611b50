// RFC 8705 §2.1.2
import { parseIpAddress } from '@ambit/protocol'
import { type ClientMetadataField, metadataOf, textField } from '../../client/metadata-field.ts'
import type { ClientRecord } from '../../ports/records.ts'
import type { Certificate } from './certificate.ts'
import { isSameName, parseDistinguishedName } from './distinguished-name.ts'

/** A way to register which certificates are a client's, and how one is compared with it. */
type SubjectField = {
  readonly field: ClientMetadataField<string>
  readonly matches: (certificate: Certificate, registered: string) => boolean
}

/** The ways to say whose certificate it must be; a client registers exactly one. @spec RFC 8705 §2.1.2 */
const subjectFields: readonly SubjectField[] = [
  {
    field: textField(
      'tls_client_auth_subject_dn',
      'a distinguished name as RFC 4514 writes it, such as `CN=client,O=Example,C=DE`,',
      text => parseDistinguishedName(text) !== undefined,
    ),
    matches({ subject }, registered) {
      const name = parseDistinguishedName(registered)
      return name !== undefined && isSameName(name, subject)
    },
  },
  {
    field: textField('tls_client_auth_san_dns', 'a host name', text => /^[\w*-]+(?:\.[\w-]+)*$/.test(text)),
    matches: ({ alternativeNames }, registered) =>
      alternativeNames.dns.some(name => name.toLowerCase() === registered.toLowerCase()),
  },
  {
    field: textField('tls_client_auth_san_uri', 'a URI', text => /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/.test(text)),
    matches: ({ alternativeNames }, registered) => alternativeNames.uri.includes(registered),
  },
  {
    field: textField('tls_client_auth_san_ip', 'an IP address', text => parseIpAddress(text) !== undefined),
    // RFC 5952 §8: addresses are compared as octets
    matches: ({ alternativeNames }, registered) =>
      alternativeNames.ip.includes(parseIpAddress(registered)?.join('.') ?? 'none'),
  },
  {
    field: textField('tls_client_auth_san_email', 'an e-mail address', text => /^[\x21-\x7e]+@[\w.-]+$/.test(text)),
    matches: ({ alternativeNames }, registered) =>
      alternativeNames.email.some(address => foldHost(address) === foldHost(registered)),
  },
]

/** What clients register of their certificate's subject. @spec RFC 8705 §2.1.2 */
export const subjectMetadata: readonly ClientMetadataField<string>[] = subjectFields.map(({ field }) => field)

/**
 * Whether a certificate is of the subject that a client has registered, in exactly one way.
 * @spec RFC 8705 §2.1.2
 */
export function isOfSubject(certificate: Certificate, client: Pick<ClientRecord, 'metadata'>): boolean {
  const [only, ...more] = registeredSubjects(client)
  if (only === undefined || more.length > 0) return false
  const registered = metadataOf(client, only.field)
  return registered !== undefined && only.matches(certificate, registered)
}

/** How many ways a client has registered; one is right. */
export function countSubjects(client: Pick<ClientRecord, 'metadata'>): number {
  return registeredSubjects(client).length
}

function registeredSubjects({ metadata = {} }: Pick<ClientRecord, 'metadata'>): readonly SubjectField[] {
  return subjectFields.filter(({ field }) => metadata[field.name] !== undefined)
}

/** The local part of an address is compared letter by letter, its host is not. @spec RFC 5280 §7.5 */
function foldHost(address: string): string {
  const at = address.lastIndexOf('@')
  return address.slice(0, at) + address.slice(at).toLowerCase()
}
