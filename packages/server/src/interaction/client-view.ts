import type { RequestClient } from '../authorize/request-client.ts'
import type { ClientView } from '../ports/pages.ts'

/** The app that asks, as the pages show it. */
export function clientView({ client, channel }: RequestClient): ClientView {
  const { host, protocol } = new URL(channel.redirectUri)
  return {
    clientId: client.clientId,
    name: client.name,
    ...(client.uri !== undefined && { uri: client.uri }),
    redirectHost: host === '' ? protocol : host,
  }
}
