// RFC 9101 §10.4.1, RFC 9110 §4.3.4
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SignJWT } from 'jose'
import { OutboundError, type OutboundFailure } from '../../packages/server/src/node/outbound-error.ts'
import { testClient } from '../../packages/server/src/testing/clients.ts'
import { clientId } from '../../packages/server/src/testing/ids.ts'
import { clientKeys } from '../../packages/server/src/testing/keys.ts'
import { type HostileAddresses, startHostileAddresses } from './hostile-addresses.ts'
import { issuer, startTarget } from './target.ts'

const limits = { maxBytes: 65_536, timeoutMillis: 10_000 }
/** How what a server answers is refused; every other address is refused before it is called, but for a name without one. */
const failures: Readonly<Record<string, OutboundFailure>> = {
  endless: 'large',
  slow: 'late',
  trickling: 'late',
  compressed: 'encoded',
  'large-header': 'unreachable',
  // the certificate is another host's, or one that nobody vouches for
  impostor: 'unreachable',
  untrusted: 'unreachable',
  'a name that nobody has': 'unreachable',
}

/** What is wrong with certificates. @spec RFC 9110 §4.3.4 */
const certificateFailures: Readonly<Record<string, string>> = {
  impostor: 'ERR_TLS_CERT_ALTNAME_INVALID',
  untrusted: 'DEPTH_ZERO_SELF_SIGNED_CERT',
}

describe('server-side request forgery', () => {
  let world: HostileAddresses
  before(async () => {
    world = await startHostileAddresses({ body: '{"honest":true}' })
  })
  after(() => world.close())

  test('an honest address answers, so what follows is not refused by accident', async () => {
    const { status, body } = await world.outbound({ url: world.honestUrl, ...limits })
    assert.deepEqual([status, body], [200, '{"honest":true}'])
  })

  test('RFC 6890 §2.2.2: no address of this machine or its network is called, however it is written, and no limit is passed', async () => {
    for (const { name, url } of world.hostile) {
      if (name === 'redirecting') continue
      await assert.rejects(world.outbound({ url, ...limits }), (error: unknown) => {
        assert.ok(error instanceof OutboundError, `${name}: ${String(error)}`)
        assert.equal(error.failure, failures[name] ?? 'refused', `${name}: ${error.reason}`)
        assert.doesNotMatch(error.reason, /secret/, name)
        const { [name]: certificate } = certificateFailures
        if (certificate) assert.ok(error.reason.endsWith(certificate), error.reason)
        return true
      })
    }
    assert.equal(world.reached(), 0)
  })

  test('a name that turns to loopback after it was judged does not lead there', async () => {
    const { url = '' } = world.hostile.find(({ name }) => name.includes('the second time')) ?? {}
    await assert.rejects(world.outbound({ url, ...limits }), OutboundError)
    await assert.rejects(world.outbound({ url, ...limits }), OutboundError)
    assert.equal(world.reached(), 0)
  })

  test('RFC 9110 §15.4: a redirect to this machine is an answer, and is not followed', async () => {
    const { url = '' } = world.hostile.find(({ name }) => name === 'redirecting') ?? {}
    const { status } = await world.outbound({ url, ...limits })
    assert.equal(status, 302)
    assert.equal(world.reached(), 0)
  })
})

describe('the address of a client’s keys', () => {
  let world: HostileAddresses
  before(async () => {
    world = await startHostileAddresses({ body: JSON.stringify({ keys: [clientKeys.publicJwk] }) }, '/keys')
  })
  after(() => world.close())

  /** How a client is answered that authenticates by keys at an address, and what the operator is told. */
  async function authenticate(jwksUri: string) {
    const client = testClient({
      name: 'fetched',
      clientId: clientId('fetched'),
      authenticationMethod: 'private_key_jwt',
      secretHashes: [],
      grantTypes: ['client_credentials'],
      jwksUri,
    })
    const target = await startTarget({ outbound: world.outbound, clients: [client] })
    const now = target.world.clock.now()
    const claims = { iss: 'fetched', sub: 'fetched', aud: issuer, jti: '1', exp: now + 60 }
    const answer = await target.post(
      '/token',
      {
        grant_type: 'client_credentials',
        scope: 'read_pets',
        client_id: 'fetched',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(clientKeys.privateKey),
      },
      { headers: {} },
    )
    return { answer, warnings: target.world.events.filter(event => event.kind === 'warning') }
  }

  test('RFC 7591 §5: keys at an honest address are taken, and from nowhere else, and the answer does not tell why', async () => {
    const { answer: honest } = await authenticate(world.honestUrl)
    assert.equal(honest.status, 200)
    const told = new Set<string>()
    for (const { name, url } of world.hostile) {
      const { answer, warnings } = await authenticate(url)
      assert.equal(answer.status, 401, name)
      assert.equal(warnings.length, 1, name)
      told.add(answer.text)
    }
    assert.equal(told.size, 1)
    assert.equal(world.reached(), 0)
  })
})
