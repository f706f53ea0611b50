import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestClient } from '../../target/target.ts'
import { parseJsonObject, textIn } from '../../tokens/json-object.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { createServerWorld } from '../server-world.ts'

function clientNamed(clients: readonly TestClient[], name: string): TestClient {
  const client = clients.find(each => each.name === name)
  assert.ok(client)
  return client
}

function documentOf(exchange: Exchange): Readonly<Record<string, unknown>> {
  assert.ok(exchange.kind === 'answered')
  return parseJsonObject(exchange.response.body) ?? {}
}

for (const name of ['web', 'other', 'app', 'native', 'signed'])
  test(`RFC 6749 §4.1: the client \`${name}\` comes to tokens at the weak server, and refreshes them`, async () => {
    const { target, context } = createServerWorld()
    const { server, send } = context([])
    assert.ok(server && target.server)
    const client = clientNamed(target.server.clients, name)
    const outcome = await server.obtainCode({ client, scope: ['openid', 'read', 'offline_access'] })
    assert.ok(outcome.kind === 'code', outcome.kind === 'failed' ? outcome.reason : '')
    const request = server.formRequest(
      'token_endpoint',
      [
        ['grant_type', 'authorization_code'],
        ['code', outcome.code.reveal()],
        ['redirect_uri', outcome.redirectUri],
        ['code_verifier', outcome.verifier.reveal()],
      ],
      client,
    )
    const tokens = documentOf(await send(request))
    assert.equal(tokens['scope'], 'openid read offline_access')
    const pairs = [
      ['grant_type', 'refresh_token'],
      ['refresh_token', textIn(tokens, 'refresh_token') ?? ''],
    ] as const
    assert.equal(
      textIn(documentOf(await send(server.formRequest('token_endpoint', pairs, client))), 'token_type'),
      'Bearer',
    )
    const again = await send(server.formRequest('token_endpoint', pairs, client))
    assert.equal(documentOf(again)['error'], 'invalid_grant')
  })

for (const name of ['machine', 'signed', 'bound'])
  test(`RFC 6749 §4.4: the client \`${name}\` gets a token of its own at the weak server`, async () => {
    const { target, context } = createServerWorld()
    const { server, send } = context([])
    assert.ok(server && target.server)
    const client = clientNamed(target.server.clients, name)
    const request = server.formRequest(
      'token_endpoint',
      [
        ['grant_type', 'client_credentials'],
        ['scope', 'read'],
      ],
      client,
    )
    assert.equal(documentOf(await send(request))['scope'], 'read')
  })
