import assert from 'node:assert/strict'
import { type RunningServer, startServer } from 'ambit'

/** The API that the examples protect. */
export const resource = 'https://api.example.com/pets'
const secret = 'a secret of the tests'

/** A server for whose tokens the examples are made. */
export function startIssuer(): Promise<RunningServer> {
  return startServer({
    port: 0,
    store: 'memory',
    log: { level: 'silent' },
    resources: [{ resource }],
    catalogue: { scopes: { read_pets: { resource }, write_pets: { resource }, feed_pets: { resource } } },
    clients: [{ clientId: 'robot', secret, scope: ['read_pets', 'write_pets', 'feed_pets'] }],
  })
}

/** A token of a machine. */
export async function tokenFor(issuer: string, scope: string): Promise<string> {
  const headers = { authorization: `Basic ${btoa(`robot:${secret.replaceAll(' ', '+')}`)}` }
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope })
  const response = await fetch(`${issuer}/token`, { method: 'POST', headers, body })
  const answer = (await response.json()) as { readonly access_token?: string }
  return answer.access_token ?? assert.fail(JSON.stringify(answer))
}
