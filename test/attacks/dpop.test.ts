// RFC 9449 §11
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pushedRequests } from '@ambit/server'
import { sqliteStore } from '@ambit/store'
import { dpop } from '../../packages/server/src/features/dpop/dpop.ts'
import type { DpopOptions } from '../../packages/server/src/features/dpop/options.ts'
import { clientKeys } from '../../packages/server/src/testing/keys.ts'
import { type ProofChanges, proofFor, proofKey, sha256 } from '../../packages/server/src/testing/proofs.ts'
import { basicHeader } from '../../packages/server/src/testing/requests.ts'
import {
  type Answer,
  clientSecret,
  type Form,
  isActive,
  issuer,
  obtainCode,
  pkce,
  readAnswer,
  redemption,
  redirectUri,
  startTarget,
  type Target,
  tokensOf,
} from './target.ts'

const honest = proofKey()
const thief = proofKey()
const offline = 'openid read_pets offline_access'

const start = (options: DpopOptions = {}, overrides: Parameters<typeof startTarget>[0] = {}) =>
  startTarget({ features: [dpop(options), pushedRequests()], ...overrides })

const machineHeader = basicHeader('machine', clientSecret)
const webHeader = basicHeader('web', clientSecret)

/** A token request with a proof; of a public client where the form names one. */
function ask(target: Target, form: Form, proof?: string): Promise<Answer> {
  const authorization: Readonly<Record<string, string>> =
    form['client_id'] === undefined ? { authorization: webHeader } : {}
  return target.post('/token', form, { headers: { ...authorization, ...(proof !== undefined && { dpop: proof }) } })
}

function userinfo(target: Target, authorization: string, proof?: string): Promise<Answer> {
  const headers = { authorization, ...(proof !== undefined && { dpop: proof }) }
  return target.send(new Request(`${issuer}/userinfo`, { headers })).then(readAnswer)
}

/** A proof for the userinfo endpoint. */
const proofAt = ({ world }: Target, key: typeof honest, token: string, { claims = {}, ...more }: ProofChanges = {}) =>
  proofFor(world, key, {
    ...more,
    claims: { htm: 'GET', htu: `${issuer}/userinfo`, ath: sha256(token), ...claims },
  })

/** Tokens that an honest client holds, bound to its key. */
async function bound(target: Target, clientId = 'web') {
  const named = clientId === 'web' ? {} : { client_id: clientId }
  const code = await obtainCode(target, { client_id: clientId, scope: offline })
  return tokensOf(await ask(target, redemption(code, named), proofFor(target.world, honest)))
}

const errorOf = ({ body }: Answer) => body['error']

describe('RFC 9449 §11.1: replay', () => {
  test('a proof that was seen by one server is not taken by another with the same store', async t => {
    const folder = mkdtempSync(join(tmpdir(), 'ambit-dpop-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const stores = [1, 2].map(() => sqliteStore({ path: join(folder, 'a.db') }))
    t.after(() => Promise.all(stores.map(store => store.close())))
    const form = { grant_type: 'client_credentials', scope: 'read_pets' }
    const targets: Target[] = []
    for (const store of stores) targets.push(await start({}, { store }))
    const [first] = targets
    assert.ok(first)
    const headers = { authorization: machineHeader, dpop: proofFor(first.world, honest) }
    const asked = [...targets, ...targets, ...targets].map(target => target.post('/token', form, { headers }))
    const answers = await Promise.all(asked)
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    assert.equal(answers.filter(answer => errorOf(answer) === 'invalid_dpop_proof').length, 5)
  })

  test('a proof of a token request that was refused for another reason does not serve again', async () => {
    const target = await start()
    const proof = proofFor(target.world, honest)
    assert.equal(errorOf(await ask(target, redemption('unknown'), proof)), 'invalid_grant')
    const code = await obtainCode(target)
    assert.equal(errorOf(await ask(target, redemption(code), proof)), 'invalid_dpop_proof')
  })

  test('an observer who repeats a whole refresh of a public client gets nothing', async () => {
    const target = await start()
    const { refresh_token } = await bound(target, 'spa')
    const form = { grant_type: 'refresh_token', refresh_token, client_id: 'spa' }
    const proof = proofFor(target.world, honest)
    const refreshed = tokensOf(await ask(target, form, proof))
    assert.equal(errorOf(await ask(target, form, proof)), 'invalid_dpop_proof')
    assert.ok(await isActive(target, refreshed['access_token'], 'api'), 'and ends nothing')
  })
})

describe('RFC 9449 §11.2: proofs that were made in advance', () => {
  test('a proof of the future is refused before its time, and only nonces keep it from being good then', async () => {
    const target = await start()
    const { access_token = '' } = await bound(target)
    const claims = { iat: target.world.clock.now() + 120 }
    const prepared = proofAt(target, honest, access_token, { claims })
    assert.equal(errorOf(await userinfo(target, `DPoP ${access_token}`, prepared)), 'invalid_dpop_proof')
    target.world.clock.advance(120)
    assert.equal((await userinfo(target, `DPoP ${access_token}`, prepared)).status, 200)
  })

  test('where nonces are wanted, proofs of the future would have to hold nonces that nobody has yet', async () => {
    const target = await start({ nonce: 'always' })
    const request = (proof: string) => {
      const form = { grant_type: 'client_credentials', scope: 'read_pets' }
      return target.post('/token', form, { headers: { authorization: machineHeader, dpop: proof } })
    }
    const nonce = (await request(proofFor(target.world, thief))).headers.get('dpop-nonce')
    const claims = { nonce, iat: target.world.clock.now() + 240 }
    const prepared = proofFor(target.world, thief, { claims })
    target.world.clock.advance(240)
    const answer = await request(prepared)
    assert.equal(errorOf(answer), 'use_dpop_nonce')
    assert.notEqual(answer.headers.get('dpop-nonce'), nonce)
  })
})

describe('RFC 9449 §11.3: doing without the nonce', () => {
  test('a proof without a nonce is taken nowhere, by no server that wants them', async () => {
    const target = await start({ nonce: 'always' })
    for (const path of ['/token', '/par']) {
      const claims = { htu: issuer + path }
      const headers = { authorization: webHeader, dpop: proofFor(target.world, honest, { claims }) }
      const answer = await target.post(path, { grant_type: 'refresh_token', refresh_token: 'x' }, { headers })
      assert.equal(answer.status, 400, path)
      assert.equal(errorOf(answer), 'use_dpop_nonce', path)
      assert.ok(answer.headers.get('dpop-nonce'), path)
    }
  })
})

describe('RFC 9449 §11.5: other signed things in the place of a proof', () => {
  test('what a client signs to authenticate is no proof, and a proof authenticates nobody', async () => {
    const target = await start()
    const key = { algorithm: 'ES256', privateKey: clientKeys.privateKey, jwk: clientKeys.publicJwk, jkt: '' } as const
    const now = target.world.clock.now()
    const assertion = { iss: 'signed', sub: 'signed', aud: issuer, exp: now + 60, jti: 'a' }
    const asAssertion = proofFor(target.world, key, { header: { typ: 'JWT', kid: 'client-key' }, claims: assertion })
    const asProof = proofFor(target.world, key, { header: { kid: 'client-key' }, claims: assertion })
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const form = { grant_type: 'client_credentials', scope: 'read_pets', client_assertion_type: type }
    const send = (client_assertion: string, dpopField: string) =>
      target.post('/token', { ...form, client_assertion }, { headers: { dpop: dpopField } })
    assert.equal(errorOf(await send(asAssertion, asAssertion)), 'invalid_dpop_proof')
    assert.equal(errorOf(await send(asProof, asProof)), 'invalid_client')
  })

  test('an access token is no proof', async () => {
    const target = await start()
    const { access_token = '' } = await bound(target)
    assert.equal(errorOf(await userinfo(target, `DPoP ${access_token}`, access_token)), 'invalid_dpop_proof')
  })
})

describe('RFC 9449 §11.7: proofs at another place than they were made for', () => {
  test('the proof that an API saw serves neither at the token endpoint nor at the userinfo endpoint', async () => {
    const target = await start()
    const { access_token = '', refresh_token } = await bound(target)
    const seen = () => proofAt(target, honest, access_token, { claims: { htu: 'https://api.example/pets' } })
    assert.equal(errorOf(await userinfo(target, `DPoP ${access_token}`, seen())), 'invalid_dpop_proof')
    assert.equal(
      errorOf(await ask(target, { grant_type: 'refresh_token', refresh_token }, seen())),
      'invalid_dpop_proof',
    )
  })

  test('the proof of a token request serves neither for a pushed request nor at the userinfo endpoint', async () => {
    const target = await start()
    const { access_token = '' } = await bound(target)
    const claims = { htm: 'GET', ath: undefined, htu: `${issuer}/userinfo` }
    for (const changes of [{}, { claims }])
      assert.equal(
        errorOf(await userinfo(target, `DPoP ${access_token}`, proofFor(target.world, honest, changes))),
        'invalid_dpop_proof',
      )
    const headers = { authorization: webHeader, dpop: proofFor(target.world, honest) }
    assert.equal(errorOf(await target.post('/par', { response_type: 'code' }, { headers })), 'invalid_dpop_proof')
  })
})

describe('RFC 9449 §11.8: stolen tokens', () => {
  test('an access token without its key opens nothing: no proof, the thief’s proof, a bearer token, an old proof', async () => {
    const target = await start()
    const { access_token = '' } = await bound(target)
    const old = proofAt(target, honest, access_token, { claims: { iat: target.world.clock.now() - 100 } })
    const forged = proofAt(target, { ...thief, jwk: honest.jwk }, access_token)
    for (const [scheme, proof] of [
      ['DPoP', undefined],
      ['DPoP', proofAt(target, thief, access_token)],
      ['DPoP', forged],
      ['DPoP', old],
      ['Bearer', undefined],
      ['Bearer', proofAt(target, thief, access_token)],
    ] as const)
      assert.equal((await userinfo(target, `${scheme} ${access_token}`, proof)).status, 401)
    assert.equal((await userinfo(target, `DPoP ${access_token}`, proofAt(target, honest, access_token))).status, 200)
  })

  test('the refresh token of a public client without its key gives nothing', async () => {
    const target = await start()
    const { refresh_token } = await bound(target, 'spa')
    const form = { grant_type: 'refresh_token', refresh_token, client_id: 'spa' }
    assert.equal(errorOf(await ask(target, form)), 'invalid_grant')
    assert.equal(errorOf(await ask(target, form, proofFor(target.world, thief))), 'invalid_grant')
    tokensOf(await ask(target, form, proofFor(target.world, honest)))
  })
})

describe('RFC 9449 §11.9: stolen codes', () => {
  test('a code that was bound to a key is of no use without it, even with its verifier', async () => {
    const target = await start()
    const spa = { client_id: 'spa' }
    const code = await obtainCode(target, { ...spa, scope: offline, dpop_jkt: honest.jkt })
    assert.equal(errorOf(await ask(target, redemption(code, spa))), 'invalid_grant')
    assert.equal(errorOf(await ask(target, redemption(code, spa), proofFor(target.world, thief))), 'invalid_grant')
    tokensOf(await ask(target, redemption(code, spa), proofFor(target.world, honest)))
  })

  test('RFC 9449 §10.1: the key that a pushed request proves is the one that its code is bound to', async () => {
    const target = await start()
    const push = (form: Form) => {
      const proof = proofFor(target.world, honest, { claims: { htu: `${issuer}/par` } })
      return target.post('/par', { ...pushed, ...form }, { headers: { authorization: webHeader, dpop: proof } })
    }
    assert.equal(errorOf(await push({ dpop_jkt: thief.jkt })), 'invalid_request')
    for (const form of [{}, { dpop_jkt: honest.jkt }]) {
      const { body } = await push(form)
      const code = await obtainCode(target, { ...byReference, request_uri: String(body['request_uri']) })
      assert.equal(errorOf(await ask(target, redemption(code))), 'invalid_grant')
      assert.equal(errorOf(await ask(target, redemption(code), proofFor(target.world, thief))), 'invalid_grant')
      const issued = await ask(target, redemption(code), proofFor(target.world, honest))
      assert.equal(tokensOf(issued)['token_type'], 'DPoP')
    }
  })
})

/** An authorization request of `web`, to be pushed. */
const pushed = {
  response_type: 'code',
  client_id: 'web',
  redirect_uri: redirectUri,
  scope: 'read_pets',
  code_challenge: pkce.challenge,
  code_challenge_method: 'S256',
}

/** What a reference to it stands beside: nothing. */
const byReference = {
  response_type: undefined,
  redirect_uri: undefined,
  scope: undefined,
  state: undefined,
  code_challenge: undefined,
  code_challenge_method: undefined,
}

test('RFC 9449 §11.1: no proof and no token stands in what is told and kept of refused requests', async () => {
  const target = await start()
  const { access_token = '' } = await bound(target)
  const proof = proofAt(target, thief, access_token)
  await userinfo(target, `DPoP ${access_token}`, proof)
  await ask(target, { grant_type: 'refresh_token', refresh_token: 'x' }, proof)
  const told = JSON.stringify(target.world.events)
  for (const part of [...proof.split('.').slice(1), access_token]) assert.ok(!told.includes(part))
})
