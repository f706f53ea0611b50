import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AuthorizationOutcome } from '../run/probe-context.ts'
import { type CodeWish, obtainCode } from './authorization-code.ts'
import { challengeOf } from './pkce.ts'
import { accessTo, agreeingFront, clientWith, issuer, metadata, type Script } from './testing/scripted-server.ts'

const good = (query: URLSearchParams) => ({ code: 'c0de-of-the-server', state: query.get('state') ?? '', iss: issuer })

async function run(
  answer: Parameters<typeof agreeingFront>[1],
  { wish = {}, script = {}, more = {} }: { wish?: Partial<CodeWish>; script?: Script; more?: object } = {},
) {
  const access = accessTo(script, { metadata: { ...metadata, ...more } })
  const front = agreeingFront(access.secrets, answer)
  const outcome = await obtainCode({ client: clientWith(), scope: ['read'], ...wish }, access, front)
  return { outcome, access, query: front.visits[0]?.query, visit: front.visits[0] }
}

async function reasonOf(...parameters: Parameters<typeof run>): Promise<string> {
  const { outcome } = await run(...parameters)
  assert.ok(outcome.kind === 'failed')
  return outcome.reason
}

describe('obtainCode', () => {
  test('RFC 7636 §4.3: the request carries the S256 challenge of the verifier, and a new state each time', async () => {
    const { outcome, query, access } = await run(good)
    assert.ok(outcome.kind === 'code')
    assert.equal(outcome.code.reveal(), 'c0de-of-the-server')
    assert.equal(query?.get('code_challenge'), await challengeOf(outcome.verifier.reveal()))
    assert.equal(query?.get('code_challenge_method'), 'S256')
    assert.equal(query?.get('state')?.length, 43)
    assert.equal(query?.get('scope'), 'read')
    assert.notEqual((await run(good)).query?.get('state'), query?.get('state'))
    assert.ok(access.secrets.all().some(({ kind }) => kind === 'code verifier'))
  })

  test('RFC 7636 §4.2: the challenge of the example in Appendix B', async () => {
    assert.equal(
      await challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'),
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    )
  })

  test('OpenID Connect Core §3.1.2.1: a nonce goes with `openid`, and only with it', async () => {
    assert.equal((await run(good)).query?.has('nonce'), false)
    const { query, outcome } = await run(good, { wish: { scope: ['openid'] } })
    assert.equal(query?.get('nonce'), outcome.kind === 'code' ? outcome.nonce : '')
  })

  test('a parameter of the wish stands instead of the usual one, also twice', async () => {
    const parameters = [
      ['resource', 'a'],
      ['resource', 'b'],
      ['state', 'mine'],
    ] as const
    const { query, outcome } = await run(good, { wish: { parameters } })
    assert.deepEqual(query?.getAll('resource'), ['a', 'b'])
    assert.deepEqual(query?.getAll('state'), ['mine'])
    assert.equal(outcome.kind === 'code' && outcome.state, 'mine')
  })

  test('RFC 6749 §4.1.2: an answer with another state is not ours', async () => {
    assert.match(await reasonOf(query => ({ ...good(query), state: 'x' })), /`state` is not the one/)
    assert.match(await reasonOf(() => ({ code: 'c' })), /`state` is not the one/)
  })

  test('RFC 9207 §2.4: an answer of another issuer is refused', async () => {
    assert.match(
      await reasonOf(query => ({ ...good(query), iss: `${issuer}/` })),
      /`iss` is not `https:\/\/as.example`/,
    )
  })

  test('RFC 9207 §2.4: `iss` must be there where the metadata promises it', async () => {
    const silent = (query: URLSearchParams) => ({ code: 'c', state: query.get('state') ?? '' })
    const more = { authorization_response_iss_parameter_supported: true }
    assert.match(await reasonOf(silent, { more }), /lacks `iss`/)
    assert.equal((await run(silent)).outcome.kind, 'code')
  })

  test('RFC 6749 §4.1.2.1: an error is told with the server’s code and words', async () => {
    const answer = (query: URLSearchParams) => {
      const { state, iss } = good(query)
      return { state, iss, error: 'invalid_scope', error_description: 'what is `read`' }
    }
    const { outcome } = await run(answer)
    assert.deepEqual(outcome, {
      kind: 'failed',
      error: 'invalid_scope',
      reason: 'the server refused the authorization: `invalid_scope` (what is `read`)',
    })
    assert.match(await reasonOf(query => ({ state: query.get('state') ?? '' })), /without a code and without an error/)
  })

  test('RFC 6749 §4.1.2: an answer at another address is not taken, and its secrets are not told', async () => {
    const outcomes: readonly (readonly [AuthorizationOutcome, RegExp])[] = [
      [
        { kind: 'redirected', location: 'https://app.example/callback.evil?code=c', parameters: new Map() },
        /^the server redirected to `https:\/\/app.example\/callback.evil`$/,
      ],
      [{ kind: 'page', status: 400, body: '', headers: [] }, /showed a page \(400\) instead of redirecting$/],
      [
        { kind: 'page', status: 400, body: '<title>No</title><p>not one\n that is <b>registered</b>', headers: [] },
        /\(400: “not one that is registered”\) instead/,
      ],
      [
        { kind: 'page', status: 400, body: `<title>No</title><p>${'word '.repeat(200)}`, headers: [] },
        /\(400: “No”\) instead/,
      ],
      [{ kind: 'stuck', reason: 'the login page came again' }, /^the login page came again$/],
    ]
    for (const [outcome, reason] of outcomes) {
      const front = { visit: async () => outcome, close: async () => undefined }
      const result = await obtainCode({ client: clientWith(), scope: [] }, accessTo({}), front)
      assert.match(result.kind === 'failed' ? result.reason : '', reason)
    }
  })

  test('a client without a redirect URI, and a server without the endpoint', async () => {
    assert.match(await reasonOf(good, { wish: { client: clientWith({ redirectUris: [] }) } }), /has no redirect URI/)
    assert.match(
      await reasonOf(good, { more: { authorization_endpoint: undefined } }),
      /has no `authorization_endpoint`/,
    )
  })

  test('RFC 9126 §5: where the server wants it, the request is pushed first', async () => {
    const more = {
      require_pushed_authorization_requests: true,
      pushed_authorization_request_endpoint: `${issuer}/par`,
    }
    let pushed: URLSearchParams | undefined
    const script: Script = {
      '/par': ({ form }) => {
        pushed = form
        return { status: 201, body: { request_uri: 'urn:x:1', expires_in: 60 } }
      },
    }
    const redirect = (query: URLSearchParams) => {
      assert.deepEqual([...query.keys()], ['client_id', 'request_uri'])
      return {}
    }
    const { query } = await run(redirect, { more, script })
    assert.equal(query?.get('request_uri'), 'urn:x:1')
    assert.equal(pushed?.get('scope'), 'read')
    const refusal: Script = { '/par': () => ({ status: 400, body: { error: 'invalid_scope' } }) }
    assert.match(await reasonOf(good, { more, script: refusal }), /pushed request was not taken: `invalid_scope`/)
  })
})
