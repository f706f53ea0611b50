// OpenID Connect Back-Channel Logout §2.2
import { booleanField, metadataOf, textField } from '../../client/metadata-field.ts'
import type { ClientRule } from '../../client/registered-metadata/inconsistencies.ts'

/** Where a client is told that its user has logged out. @spec OpenID Connect Back-Channel Logout §2.2 */
export const logoutUri = textField(
  'backchannel_logout_uri',
  'an https URL (http on loopback) without a fragment, of at most 512 characters',
  isLogoutUri,
)

/** Whether a client wants to know which session has ended; it always learns that here. @spec OpenID Connect Back-Channel Logout §2.2 */
const sessionRequired = booleanField('backchannel_logout_session_required')

/** Everything that clients can register of it. */
export const logoutFields = [logoutUri, sessionRequired]

/** Finds a client that wants to know of a session, and says nowhere where it is told. @spec OpenID Connect Back-Channel Logout §2.2 */
export const findLogoutProblems: ClientRule = client =>
  metadataOf(client, sessionRequired) === true && metadataOf(client, logoutUri) === undefined
    ? [{ name: logoutUri.name, message: `is wanted by \`${sessionRequired.name}\`` }]
    : []

function isLogoutUri(text: string): boolean {
  if (text.length > 512 || !/^[\x21-\x7e]+$/.test(text) || text.includes('#') || !URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
  return (protocol === 'https:' || (protocol === 'http:' && isLoopback)) && username === '' && password === ''
}
