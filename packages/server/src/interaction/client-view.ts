import type { RequestClient } from '../authorize/request-client.ts'
import type { ClientView } from '../ports/pages.ts'

/** The app that asks, as the pages show it. */
export function clientView({ client, channel }: RequestClient): ClientView {
  return {
    clientId: client.clientId,
    name: client.name,
    ...(client.uri !== undefined && { uri: client.uri }),
    ...(channel.kind === 'redirect' ? { redirectHost: hostOf(channel.redirectUri) } : { aside: channel.view }),
  }
}

function hostOf(uri: string): string {
  const { host, protocol } = new URL(uri)
  return host === '' ? protocol : host
}
