// OAuth Client ID Metadata Document §8.5
import type { RequestClient } from '../authorize/request-client.ts'
import { hostOf } from '../authorize/verified-redirect-uri.ts'
import { isLocalRedirect } from '../client/registered-metadata/redirect-uri-problem.ts'
import type { ClientView } from '../ports/pages.ts'

/** The app that asks, as the pages show it. */
export function clientView({ client, channel }: RequestClient): ClientView {
  return {
    clientId: client.clientId,
    name: client.name,
    ...(client.uri !== undefined && { uri: client.uri }),
    ...addressOf({ client, channel }),
    ...(channel.kind === 'redirect' ? { redirectHost: hostOf(channel.redirectUri) } : { aside: channel.view }),
  }
}

/** @spec OAuth Client ID Metadata Document §8.5 */
function addressOf({ client, channel }: RequestClient): Pick<ClientView, 'idHost' | 'isOnDevice'> {
  if (!client.clientId.startsWith('https://')) return {}
  const isOnDevice = channel.kind === 'redirect' && isLocalRedirect(channel.redirectUri)
  return { idHost: new URL(client.clientId).host, ...(isOnDevice && { isOnDevice }) }
}
