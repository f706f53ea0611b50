import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ServerTarget } from '../target/target.ts'
import { chooseFlows, discouragedGrants, type FlowOptions, notesOn, sentenceOf } from './choose-flow.ts'
import { clientWith, metadata, serverWith, userWith } from './testing/scripted-server.ts'
import type { TokenWish } from './token.ts'

const user = { kind: 'user', user: 'first' } as const
const client = { kind: 'client', client: 'first' } as const
const device = 'urn:ietf:params:oauth:grant-type:device_code'

function choose(wish: Partial<TokenWish>, change: Partial<ServerTarget> = {}, options: FlowOptions = {}) {
  const { choices, reasons } = chooseFlows({ scope: [], ...wish }, serverWith(change), options)
  return { flows: choices.map(choice => `${choice.flow} ${choice.client.name}`), reasons, choices }
}

describe('chooseFlows', () => {
  test('RFC 6749 §1.3.4: a client’s own token comes by client credentials', () => {
    assert.deepEqual(choose({ holder: client }).flows, ['client_credentials web'])
  })

  test('RFC 6749 §1.3.1: a user’s token comes by an authorization code', () => {
    assert.deepEqual(choose({ holder: user }).flows, ['authorization_code web'])
  })

  test('where nobody says for whom, a user comes before a client', () => {
    assert.deepEqual(choose({}).flows, ['authorization_code web', 'client_credentials web'])
    assert.deepEqual(choose({}, { users: [] }).flows, ['client_credentials web'])
    assert.deepEqual(choose({}, { users: [] }).reasons, ['no first user is configured'])
  })

  test('RFC 8628 §1: without a redirect URI the device flow is left', () => {
    const clients = [clientWith({ redirectUris: [], grantTypes: ['authorization_code', device] })]
    const { flows, choices } = choose({ holder: user }, { clients })
    assert.deepEqual(flows, ['device_code web'])
    assert.equal(choices[0]?.user?.name, 'Ada')
  })

  test('RFC 9700 §2.4: password and implicit are used only where the configuration asks for them', () => {
    const clients = [clientWith({ grantTypes: ['password', 'implicit'] })]
    assert.deepEqual(choose({ holder: user }, { clients }).flows, [])
    assert.deepEqual(choose({ holder: user }, { clients }, { userFlow: 'password' }).flows, ['password web'])
    assert.deepEqual(choose({ holder: user }, { clients }, { userFlow: 'implicit' }).flows, ['implicit web'])
  })

  test('the second holder is another one, or there is none', () => {
    const clients = [clientWith(), clientWith({ name: 'public', credential: { method: 'none' } })]
    assert.deepEqual(choose({ holder: { kind: 'client', client: 'second' } }, { clients }).reasons, [
      'no second client can use client credentials',
    ])
    const two = [clientWith(), clientWith({ name: 'other' })]
    assert.deepEqual(choose({ holder: { kind: 'client', client: 'second' } }, { clients: two }).flows, [
      'client_credentials other',
    ])
    const users = [userWith(), userWith({ name: 'Bob' })]
    const second = choose({ holder: { kind: 'user', user: 'second' } }, { users })
    assert.equal(second.choices[0]?.user?.name, 'Bob')
  })

  const refusals: readonly (readonly [string, Partial<TokenWish>, Partial<ServerTarget>, RegExp])[] = [
    ['no client', { holder: client }, { clients: [] }, /no client is configured/],
    [
      'no grant',
      { holder: client },
      { clients: [clientWith({ grantTypes: [] })] },
      /`web` is not configured for client cred/,
    ],
    [
      'a public client',
      { holder: client },
      { clients: [clientWith({ credential: { method: 'none' } })] },
      /`web` is public, and client credentials need a secret/,
    ],
    ['no redirect URI', { holder: user }, { clients: [clientWith({ redirectUris: [] })] }, /`web` has no redirect URI/],
    [
      'scope above the client’s',
      { holder: client, scope: ['a', 'b'] },
      { clients: [clientWith({ scope: ['a'] })] },
      /`web` may not ask for `b`/,
    ],
    [
      'a grant that is not offered',
      { holder: client },
      { metadata: { ...metadata, grant_types_supported: ['authorization_code'] } },
      /the server does not offer client credentials/,
    ],
    ['no endpoint', { holder: client }, { metadata: {} }, /the server has no `token_endpoint`/],
    ['DPoP that is not offered', { binding: 'dpop' }, { metadata: {} }, /does not say that it binds tokens by DPoP/],
    ['certificates that are not offered', { binding: 'mtls' }, {}, /does not say that it binds tokens to certificates/],
    [
      'no certificate',
      { binding: 'mtls', holder: client },
      { metadata: { ...metadata, tls_client_certificate_bound_access_tokens: true } },
      /`web` has no certificate to bind a token to/,
    ],
  ]
  for (const [name, wish, change, reason] of refusals)
    test(`says why not: ${name}`, () => {
      const { flows, reasons } = choose(wish, change)
      assert.deepEqual(flows, [])
      assert.match(reasons.join('; '), reason)
    })

  test('a choice is told in one sentence', () => {
    const [choice] = choose({ holder: user }).choices
    assert.ok(choice !== undefined)
    assert.equal(
      sentenceOf(choice, serverWith()),
      'authorization code with the client `web` as `Ada` at as.example: a user is wanted, and authorization code with PKCE is how a user’s token is got',
    )
  })
})

describe('discouragedGrants', () => {
  const offered = (change: Readonly<Record<string, unknown>>) => discouragedGrants({ metadata: change }).length

  test('RFC 9700 §2.4: the password grant is told', () => {
    assert.equal(offered({ grant_types_supported: ['password'] }), 1)
  })

  test('RFC 9700 §2.1.2: the implicit grant is told, by either name', () => {
    assert.equal(offered({ grant_types_supported: ['implicit'] }), 1)
    assert.equal(offered({ response_types_supported: ['code', 'id_token token'] }), 1)
    assert.equal(offered({ grant_types_supported: ['authorization_code'], response_types_supported: ['code'] }), 0)
  })

  test('what is special about the product is told beside it', () => {
    const notes = notesOn({ provider: 'entra', metadata: { grant_types_supported: ['password'] } })
    assert.match(notes.join('; '), /Entra ID has no revocation endpoint.*offers the password grant/)
  })
})
