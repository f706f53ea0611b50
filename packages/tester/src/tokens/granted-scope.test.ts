import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { signJws } from '../node/forge-jws.ts'
import { createSecretLedger } from '../secret/secret.ts'
import { expiryOf, grantedScope, problemOfAudience, problemOfScope } from './granted-scope.ts'
import { peculiaritiesOf } from './peculiarities.ts'
import { answered, clientWith } from './testing/scripted-server.ts'
import { type IssuedTokens, readTokenResponse } from './token-response.ts'

const secrets = createSecretLedger()
const usual = peculiaritiesOf('unknown')
const request = { method: 'POST', origin: 'https://as.example', target: '/token', headers: [] }
const read = (status: number, body: unknown, headers: readonly (readonly [string, string])[] = []) =>
  readTokenResponse(answered(request, { status, body, headers }), secrets)

function tokens(claims: object | undefined, more: Partial<IssuedTokens> = {}): IssuedTokens {
  const text =
    claims === undefined ? 'opaque' : signJws({ header: { alg: 'none' }, payload: { ...claims }, key: { secret: '' } })
  return { kind: 'tokens', accessToken: secrets.secret('access token', text), tokenType: 'Bearer', ...more }
}

describe('readTokenResponse', () => {
  test('RFC 6749 §5.1: the tokens and what is said of them', () => {
    const all = {
      access_token: 'a',
      token_type: 'bearer',
      expires_in: 60,
      refresh_token: 'r',
      id_token: 'i',
      scope: 'x  y x',
    }
    const answer = read(200, all)
    assert.ok(answer.kind === 'tokens')
    assert.deepEqual([answer.scope, answer.expiresIn, answer.tokenType], [['x', 'y'], 60, 'bearer'])
    assert.deepEqual(
      [answer.accessToken, answer.refreshToken, answer.idToken].map(each => each?.kind),
      ['access token', 'refresh token', 'ID token'],
    )
    const late = read(200, { access_token: 'a', token_type: 'bearer', expires_in: '60' })
    assert.equal(late.kind === 'tokens' && late.expiresIn, 60)
  })

  const refused: readonly (readonly [number, unknown, RegExp])[] = [
    [200, 'text', /no JSON object/],
    [200, { token_type: 'Bearer' }, /no `access_token`/],
    [200, { access_token: 7, token_type: 'Bearer' }, /no `access_token`/],
    [200, { access_token: 'a' }, /no `token_type`/],
    [400, { error: 'invalid_scope', error_description: 'no' }, /answered 400 `invalid_scope` \(no\)/],
    [500, '', /answered 500$/],
  ]
  for (const [status, body, wanted] of refused)
    test(`RFC 6749 §5.2: ${wanted.source}`, () => {
      const answer = read(status, body)
      assert.match(answer.kind === 'refused' ? answer.reason : '', wanted)
    })

  const stray: readonly (readonly [
    name: string,
    status: number,
    body: { readonly access_token?: string; readonly refresh_token?: string; readonly [more: string]: unknown },
  ])[] = [
    ['without `token_type`', 200, { access_token: 'stray', refresh_token: 'stray too' }],
    ['longer than any request can carry', 200, { access_token: 's'.repeat(70_000), token_type: 'Bearer' }],
    ['beside an error', 400, { access_token: 'stray', error: 'invalid_request' }],
    ['in an answer of 201', 201, { access_token: 'stray', token_type: 'Bearer' }],
    ['that is a refresh token alone', 200, { refresh_token: 'stray', token_type: 'Bearer' }],
  ]
  for (const [name, status, body] of stray)
    test(`RFC 6749 §5.1: a token ${name} is not used, but it is known and can be revoked`, () => {
      const answer = read(status, body)
      assert.ok(answer.kind === 'refused' && answer.withdrawn !== undefined)
      const { accessToken, refreshToken } = answer.withdrawn
      const given = [body.access_token, body.refresh_token].filter(text => text !== undefined)
      assert.deepEqual(new Set([accessToken.reveal(), refreshToken?.reveal() ?? given[0]]), new Set(given))
    })

  test('an answer that was cut holds no token, even where it reads as one', () => {
    const whole = { access_token: 'a', token_type: 'Bearer' }
    const exchange = answered(request, { body: whole })
    assert.ok(exchange.kind === 'answered')
    const cut = { ...exchange, response: { ...exchange.response, isCut: true } }
    const answer = readTokenResponse(cut, secrets)
    assert.match(answer.kind === 'refused' ? answer.reason : '', /too long/)
  })

  test('RFC 6749 §5.1: a lifetime that is none says nothing', () => {
    for (const expires of [0, -1, '0', 'soon', null, Number.NaN]) {
      const answer = read(200, { access_token: 'a', token_type: 'Bearer', expires_in: expires })
      assert.ok(answer.kind === 'tokens' && answer.expiresIn === undefined, String(expires))
    }
  })

  test('no answer is temporary', () => {
    const failed = {
      request,
      sentAt: 0,
      duration: 0,
      kind: 'failed',
      failure: 'timeout',
      detail: 'nothing came',
    } as const
    assert.deepEqual(readTokenResponse(failed, secrets), {
      kind: 'refused',
      reason: 'the token endpoint gave no answer: timeout, nothing came',
      isTemporary: true,
    })
  })

  test('429 and 503 are temporary, a refusal is not', () => {
    const isTemporary = (status: number) => {
      const answer = read(status, {})
      return answer.kind === 'refused' && answer.isTemporary
    }
    assert.deepEqual([429, 503, 400, 500].map(isTemporary), [true, true, false, false])
  })

  test('RFC 9449 §8: the nonce of an answer is kept', () => {
    const answer = read(400, { error: 'use_dpop_nonce' }, [['DPoP-Nonce', 'n1']])
    assert.equal(answer.kind === 'refused' && answer.dpopNonce, 'n1')
  })
})

describe('grantedScope', () => {
  const asked = { scope: ['asked'] }

  test('RFC 9068 §2.2.3: what stands in the token counts before what the answer says', () => {
    assert.deepEqual(grantedScope(tokens({ scope: 'a b' }, { scope: ['c'] }), asked, usual), ['a', 'b'])
    assert.deepEqual(grantedScope(tokens({ scp: ['a', 'a'] }), asked, usual), ['a'])
    assert.deepEqual(grantedScope(tokens({}, { scope: ['c'] }), asked, usual), ['c'])
  })

  test('RFC 6749 §5.1: where nothing is said, it is what was asked for', () => {
    assert.deepEqual(grantedScope(tokens(undefined), asked, usual), ['asked'])
  })

  test('products: `scp` before `scope`, `roles` of an application, never inside Google’s', () => {
    const both = tokens({ scp: 'a', scope: 'b', roles: ['r'] })
    assert.deepEqual(grantedScope(both, asked, peculiaritiesOf('okta')), ['a'])
    assert.deepEqual(grantedScope(tokens({ roles: ['r'] }), asked, peculiaritiesOf('entra')), ['r'])
    assert.deepEqual(grantedScope(both, asked, peculiaritiesOf('google')), ['asked'])
    const wire = tokens(undefined, { scope: ['api://x/read'] })
    assert.deepEqual(grantedScope(wire, { scope: [], resource: 'api://x' }, peculiaritiesOf('entra')), ['read'])
  })
})

describe('problemOfScope', () => {
  const catalogue = defineScopes({ scopes: { order: {}, 'order:items': {}, stock: {} } })
  const problem = (granted: readonly string[], wished: readonly string[]) => problemOfScope(granted, wished, catalogue)

  test('RFC 6749 §3.3: less than was wished, and more, is another token', () => {
    assert.equal(problem(['order'], ['order']), undefined)
    assert.match(problem(['order:items'], ['order']) ?? '', /did not grant `order`/)
    assert.match(problem(['order', 'stock'], ['order']) ?? '', /granted `stock` as well/)
    assert.match(problem(['order'], ['order:items']) ?? '', /granted `order` as well/)
    assert.match(problem(['order'], []) ?? '', /granted `order` as well/)
  })

  test('what is covered anyway makes no difference', () => {
    assert.equal(problem(['order', 'order:items'], ['order']), undefined)
    assert.equal(problem(['order'], ['order', 'order:items']), undefined)
  })

  test('scopes that mean nothing to the API are let pass when they come, but not when they are wished and missing', () => {
    assert.equal(problem(['order', 'openid', 'profile', 'other:api'], ['order']), undefined)
    assert.match(problem(['order'], ['order', 'Order']) ?? '', /did not grant `Order`/)
    assert.equal(problem(['order'], ['openid', 'order']), undefined)
  })

  test('without an API only those of OpenID Connect mean nothing', () => {
    assert.equal(problemOfScope(['a', 'openid'], ['a'], undefined), undefined)
    assert.match(problemOfScope(['a', 'b'], ['a'], undefined) ?? '', /`b` as well/)
  })
})

describe('problemOfAudience', () => {
  const resource = 'https://api.example'
  const wish = { resource, client: clientWith() }

  test('RFC 9068 §3: a token for another API is another token', () => {
    assert.equal(problemOfAudience({ aud: ['x', resource] }, wish, usual), undefined)
    assert.match(problemOfAudience({ aud: 'x' }, wish, usual) ?? '', /for `x`, not for `https:\/\/api.example`/)
    assert.equal(problemOfAudience({}, wish, usual), undefined)
    assert.equal(problemOfAudience({ aud: 'x' }, { client: clientWith() }, usual), undefined)
  })

  test('where the request cannot name the API nothing is expected; Cognito names the client', () => {
    assert.equal(problemOfAudience({ aud: 'account' }, wish, peculiaritiesOf('keycloak')), undefined)
    assert.equal(problemOfAudience({ client_id: 'web' }, wish, peculiaritiesOf('cognito')), undefined)
    assert.match(problemOfAudience({ client_id: 'x' }, wish, peculiaritiesOf('cognito')) ?? '', /another client/)
  })
})

describe('expiryOf', () => {
  test('RFC 6749 §5.1: by `expires_in`, else by `exp`, else five minutes', () => {
    assert.equal(expiryOf(tokens(undefined, { expiresIn: 2 }), { exp: 9 }, 1000), 3000)
    assert.equal(expiryOf(tokens(undefined), { exp: 9 }, 1000), 9000)
    assert.equal(expiryOf(tokens(undefined), undefined, 1000), 301_000)
  })
})
