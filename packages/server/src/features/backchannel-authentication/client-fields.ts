// OpenID Connect CIBA Core §4
import { signingAlgorithms } from '@ambit/protocol'
import { metadataOf, textField, wordField } from '../../client/metadata-field.ts'
import type { ClientRule } from '../../client/registered-metadata/inconsistencies.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { cibaGrantType, type DeliveryMode } from './settings.ts'

/** How the client learns that it can fetch its tokens. @spec OpenID Connect CIBA Core §4 */
const deliveryMode = wordField('backchannel_token_delivery_mode', ['poll', 'ping'])

/** Where a client is told so. @spec OpenID Connect CIBA Core §4 */
export const notificationEndpoint = textField(
  'backchannel_client_notification_endpoint',
  'an https URL without a fragment, of at most 512 characters',
  isEndpoint,
)

/** The one algorithm by which a client signs its requests; all of them are signed then. @spec OpenID Connect CIBA Core §4 */
export const requestSigningAlgorithm = wordField('backchannel_authentication_request_signing_alg', signingAlgorithms)

/** Everything that clients can register of it. */
export const backchannelFields = [deliveryMode, notificationEndpoint, requestSigningAlgorithm]

/** The delivery mode of a client; polling needs nothing, so it is that of a client that has registered none. */
export function deliveryModeOf(client: Pick<ClientRecord, 'metadata'>): DeliveryMode {
  return metadataOf(client, deliveryMode) ?? 'poll'
}

/** Finds what is wrong with a client that asks users by the back channel. @spec OpenID Connect CIBA Core §4, §7.1 */
export const findBackchannelProblems: ClientRule = client => {
  if (!client.grantTypes.includes(cibaGrantType)) return []
  const isPublic = client.authenticationMethod === 'none'
  const isDeaf = deliveryModeOf(client) === 'ping' && metadataOf(client, notificationEndpoint) === undefined
  return [
    ...(isPublic ? [{ name: 'grant_types', message: `\`${cibaGrantType}\` wants a client that authenticates` }] : []),
    ...(isDeaf ? [{ name: notificationEndpoint.name, message: 'is wanted by the delivery mode `ping`' }] : []),
  ]
}

function isEndpoint(text: string): boolean {
  if (text.length > 512 || !/^https:\/\/[\x21-\x7e]+$/.test(text) || text.includes('#') || !URL.canParse(text))
    return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}
