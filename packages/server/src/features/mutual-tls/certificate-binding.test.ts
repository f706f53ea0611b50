// RFC 8705 §3, §4, §7.1
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { HttpResponse } from '@ambit/protocol'
import { decodeJwt } from 'jose'
import type { ClientRecord } from '../../ports/records.ts'
import { authorize } from '../../testing/authorization.ts'
import { inventory } from '../../testing/catalogue.ts'
import { makeCertificate, type TestCertificate } from '../../testing/certificates.ts'
import { isActive } from '../../testing/client-requests.ts'
import { clientSecret, testClient } from '../../testing/clients.ts'
import {
  type Connection,
  certifiedClient,
  issued,
  type MutualTlsWorld,
  openMutualTls,
  trusted,
  untrusted,
} from '../../testing/mutual-tls.ts'
import { proofFor, proofKey } from '../../testing/proofs.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { codeForm, tokensOf } from '../../testing/token-requests.ts'
import { dpop } from '../dpop/dpop.ts'

const bound = { tls_client_certificate_bound_access_tokens: true }
const certified = certifiedClient({ metadata: { tls_client_auth_subject_dn: 'CN=client', ...bound } })
const publicClient = testClient({ name: 'app', authenticationMethod: 'none', metadata: bound })
const own = issued()
const other = makeCertificate()

/** By the runtime's own means, not by the core's. */
const thumbprint = ({ der }: TestCertificate) => createHash('sha256').update(der).digest('base64url')
const confirmationOf = (response: HttpResponse) => decodeJwt(tokensOf(response).access_token)['cnf']

test('RFC 8705 §3.1: an access token names the SHA-256 of the certificate of its request, without padding', async () => {
  const { ask } = await openMutualTls([certified])
  const response = await ask(trusted(own))
  assert.deepEqual(confirmationOf(response), { 'x5t#S256': thumbprint(own) })
  assert.equal(thumbprint(own).length, 43)
  assert.equal(bodyOf(response)['token_type'], 'Bearer')
})

test('RFC 8705 §3.2: introspection tells what an opaque token is bound to', async () => {
  const { ask, server } = await openMutualTls([{ ...certified, scope: 'order' }])
  const token = tokensOf(await ask(trusted(own), { resource: inventory, scope: 'order' })).access_token
  const asking = request({ path: '/introspect', form: { token }, basic: ['api', clientSecret] })
  assert.deepEqual(bodyOf(await server.handle(asking))['cnf'], { 'x5t#S256': thumbprint(own) })
})

test('RFC 8705 §3.4: tokens of a client that did not ask for it are not bound, whatever certificate it shows', async () => {
  const { ask } = await openMutualTls([certifiedClient()])
  assert.equal(confirmationOf(await ask(trusted(own))), undefined)
})

test('RFC 8705 §3.4: a client that asked for bound tokens gets none without a certificate', async () => {
  const machine = testClient({ name: 'bot', grantTypes: ['client_credentials'], metadata: bound })
  const { server, world } = await openMutualTls([machine])
  const form = { grant_type: 'client_credentials' }
  const ask = (connection: Connection = {}) =>
    server.handle(request({ path: '/token', form, basic: ['bot', clientSecret], ...connection }))
  const refused = await ask()
  assert.equal(outcomeOf(refused), '400 invalid_request')
  assert.match(String(bodyOf(refused)['error_description']), /mutual TLS/)
  assert.deepEqual(confirmationOf(await ask(untrusted(other))), { 'x5t#S256': thumbprint(other) })
  assert.equal(world.events.filter(({ kind }) => kind === 'token.issued').length, 1)
})

test('RFC 8705 §3: with `required`, no client gets a token that is not bound', async () => {
  const { ask } = await openMutualTls([certifiedClient()], {}, { required: true })
  assert.deepEqual(confirmationOf(await ask(trusted(own))), { 'x5t#S256': thumbprint(own) })
  assert.equal(outcomeOf(await ask({}, { client_id: 'machine', client_secret: clientSecret })), '401 invalid_client')
})

test('RFC 9700 §2.2.1: a certificate is a sender constraint for a server that wants one', async () => {
  const options = { requireSenderConstraint: true }
  const { ask } = await openMutualTls([certified], options)
  assert.deepEqual(confirmationOf(await ask(trusted(own))), { 'x5t#S256': thumbprint(own) })
  const unbound = await openMutualTls([certifiedClient()], options)
  assert.equal(outcomeOf(await unbound.ask(trusted(own))), '400 invalid_request')
})

async function redeemBy({ world, post }: MutualTlsWorld, client: ClientRecord, connection: Connection) {
  const form = { ...codeForm(await authorize(world, { client })), client_id: client.clientId }
  return post('/token', form, connection)
}

function refreshBy({ post }: MutualTlsWorld, { clientId }: ClientRecord, token: string, connection?: Connection) {
  return post('/token', { grant_type: 'refresh_token', refresh_token: token, client_id: clientId }, connection)
}

test('RFC 8705 §4: a public client gets bound tokens too, with any certificate that it holds the key of', async () => {
  const opened = await openMutualTls([publicClient])
  assert.deepEqual(confirmationOf(await redeemBy(opened, publicClient, untrusted(other))), {
    'x5t#S256': thumbprint(other),
  })
  assert.equal(outcomeOf(await redeemBy(opened, publicClient, {})), '400 invalid_request')
})

test('RFC 8705 §4: a refresh token of a public client is bound to the certificate of its request', async () => {
  const opened = await openMutualTls([publicClient])
  const { refresh_token: first } = tokensOf(await redeemBy(opened, publicClient, untrusted(other)))
  assert.equal(outcomeOf(await refreshBy(opened, publicClient, first, trusted(own))), '400 invalid_grant')
  assert.equal(outcomeOf(await refreshBy(opened, publicClient, first)), '400 invalid_request')
  const refreshed = await refreshBy(opened, publicClient, first, untrusted(other))
  assert.deepEqual(confirmationOf(refreshed), { 'x5t#S256': thumbprint(other) })
  const { refresh_token: second } = tokensOf(refreshed)
  assert.equal(outcomeOf(await refreshBy(opened, publicClient, second, trusted(own))), '400 invalid_grant')
  assert.equal(outcomeOf(await refreshBy(opened, publicClient, second, untrusted(other))), '200')
})

test('RFC 8705 §7.1: a refresh token of a client that authenticates is bound to the client, whose certificate may be renewed', async () => {
  const opened = await openMutualTls([certified])
  const { refresh_token: token } = tokensOf(await redeemBy(opened, certified, trusted(own)))
  const renewed = issued()
  assert.equal(outcomeOf(await refreshBy(opened, certified, token, untrusted(other))), '401 invalid_client')
  assert.equal(outcomeOf(await refreshBy(opened, certified, token)), '401 invalid_client')
  assert.deepEqual(confirmationOf(await refreshBy(opened, certified, token, trusted(renewed))), {
    'x5t#S256': thumbprint(renewed),
  })
})

async function userinfo({ server }: MutualTlsWorld, token: string, connection: Connection = {}, headers = {}) {
  const authorization = `Bearer ${token}`
  return server.handle(request({ path: '/userinfo', headers: { authorization, ...headers }, ...connection }))
}

test('RFC 8705 §3: at the userinfo endpoint the certificate must be the one that the token is bound to', async () => {
  const opened = await openMutualTls([certified])
  const token = tokensOf(await redeemBy(opened, certified, trusted(own))).access_token
  assert.equal((await userinfo(opened, token, trusted(own))).status, 200)
  assert.equal((await userinfo(opened, token, { peerCertificate: own.der })).status, 200)
  for (const connection of [trusted(other), trusted(issued()), {}]) {
    const response = await userinfo(opened, token, connection)
    assert.equal(response.status, 401)
    assert.match(String(response.headers['www-authenticate']), /^Bearer .*error="invalid_token"/)
  }
  assert.equal(await isActive(opened.world, token), true, 'who stole it does not end it')
})

test('RFC 8705 §3: a token that is not bound is let in with any certificate', async () => {
  const client = certifiedClient()
  const opened = await openMutualTls([client])
  const token = tokensOf(await redeemBy(opened, client, trusted(own))).access_token
  assert.equal((await userinfo(opened, token, trusted(other))).status, 200)
})

test('RFC 8705 §3: a bound token is refused by a server that was restarted without the feature', async () => {
  const opened = await openMutualTls([certified])
  const token = tokensOf(await redeemBy(opened, certified, trusted(own))).access_token
  const { store, signer } = opened.world.options
  const without = await openMutualTls([], { store, signer }, 'off')
  assert.equal((await userinfo(without, token, trusted(own))).status, 401)
})

test('RFC 7800 §3.1: a token that is bound to a key and a certificate wants both', async () => {
  const opened = await openMutualTls([certified], { features: [dpop()] })
  const key = proofKey()
  const form = { grant_type: 'client_credentials', client_id: 'certified' }
  const headers = { dpop: proofFor(opened.world, key, {}) }
  const response = await opened.server.handle(request({ path: '/token', form, headers, ...trusted(own) }))
  assert.deepEqual(confirmationOf(response), { jkt: key.jkt, 'x5t#S256': thumbprint(own) })
  assert.equal(bodyOf(response)['token_type'], 'DPoP')
})

test('RFC 8705 §3: without the feature a client that registered for bound tokens gets none that are bound', async () => {
  const opened = await openMutualTls([publicClient], {}, 'off')
  assert.equal(confirmationOf(await redeemBy(opened, publicClient, untrusted(own))), undefined)
})
