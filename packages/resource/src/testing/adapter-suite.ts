// RFC 6750, RFC 9110
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { refuse } from '@ambit/protocol'
import type { GuardedRequest } from '../find-token.ts'
import { createGuard, type Guard } from '../guard.ts'
import type { VerifyToken } from '../verification.ts'
import { accessTokenClaims, catalogue, issuer, resource, start as startOfTime } from './issuer.ts'
import { type RawRequest, type RawResponse, sendRaw } from './raw-http.ts'

type TestScope = 'read_pets' | 'write_pets' | 'read_orders' | 'admin'

/** What a server of the suite is made with. */
export type AdapterSetup = {
  readonly guard: Guard<TestScope>
  /** Is told of what a handler, or the guard, throws. */
  readonly onError: (error: unknown) => void
  /** Is told that the handler of a route runs. */
  readonly onHandled: () => void
}

/**
 * A server that serves five routes behind an adapter:
 * - `GET` and `HEAD` `/v1/pets`, which need `read_pets`: JSON with the `subject` of the access;
 * - `POST /v1/pets`, which needs `write_pets`: the body that it got, as text;
 * - `GET /v1/broken`, which needs `read_pets`: its handler throws `the handler broke`;
 * - the guard's protected resource metadata;
 * whatever is thrown is answered with 500.
 */
export type StartAdapter = (setup: AdapterSetup) => Promise<{ readonly port: number; readonly close: () => void }>

const field = (token: string) => ['authorization', `Bearer ${token}`] as const
const form = ['content-type', 'application/x-www-form-urlencoded'] as const
const text = ['content-type', 'text/plain'] as const

/** Runs the cases that every adapter must pass, over real connections. */
export function describeAdapter(name: string, start: StartAdapter): void {
  describe(`the guard behind ${name}`, () => {
    const seen: GuardedRequest[] = []
    const errors: unknown[] = []
    let handled = 0
    let port = 0
    let close: () => void = () => {}
    const verifier = testVerifier()
    const guard = createGuard({ issuers: [{ issuer, opaque: verifier.verify }], resource, catalogue, metadata: {} })
    const watched: Guard<TestScope> = Object.assign(
      async (...[request, wanted]: Parameters<Guard<TestScope>>) => {
        seen.push(request)
        const guarded = await guard(request, wanted)
        return guarded.kind === 'allowed' ? { ...guarded, headers: { 'dpop-nonce': 'nonce-2' } } : guarded
      },
      { metadata: guard.metadata },
    )
    before(async () => {
      const setup: AdapterSetup = {
        guard: watched,
        onError: error => void errors.push(error),
        onHandled: () => void handled++,
      }
      const running = await start(setup)
      port = running.port
      close = running.close
    })
    after(() => close())

    const send = async (request: RawRequest): Promise<RawResponse> => {
      const [response] = await sendRaw(port, { target: '/v1/pets', ...request })
      assert.ok(response)
      return response
    }
    const refused = async (request: RawRequest): Promise<RawResponse> => {
      const earlier = handled
      const response = await send(request)
      assert.equal(handled, earlier, 'the handler ran')
      assert.equal(response.headers.get('cache-control'), 'no-store')
      return response
    }
    const challengeOf = ({ headers }: RawResponse) => headers.get('www-authenticate') ?? ''

    test('RFC 9068 §2.2: a good token reaches the handler, which sees its access', async () => {
      const response = await send({ headers: [field('reader')] })
      assert.equal(response.status, 200)
      assert.deepEqual(JSON.parse(response.body), { subject: 'user-1' })
    })

    test('RFC 9449 §8.2: the next nonce goes with the answer of the handler', async () => {
      const response = await send({ headers: [field('reader')] })
      assert.equal(response.status, 200)
      assert.equal(response.headers.get('dpop-nonce'), 'nonce-2')
    })

    test('RFC 9728 §3.2: the metadata of the resource are served, without a token', async () => {
      const target = '/.well-known/oauth-protected-resource/pets'
      const response = await send({ target })
      assert.equal(response.status, 200)
      assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
      assert.equal((JSON.parse(response.body) as { readonly resource: string }).resource, resource)
      const head = await send({ target, method: 'HEAD' })
      assert.deepEqual([head.status, head.body], [200, ''])
      assert.match(challengeOf(await send({})), /resource_metadata="https:\/\/api\.example\/\.well-known/)
    })

    test('RFC 6750 §3.1: no token is 401 without an error code', async () => {
      const response = await refused({})
      assert.equal(response.status, 401)
      assert.match(challengeOf(response), /^Bearer realm="/)
      assert.doesNotMatch(challengeOf(response), /error/)
      assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/)
      assert.equal((JSON.parse(response.body) as { readonly status: number }).status, 401)
    })

    test('RFC 6750 §3.1: a token that is not good is 401 invalid_token', async () => {
      const response = await refused({ headers: [field('stranger')] })
      assert.equal(response.status, 401)
      assert.match(challengeOf(response), /error="invalid_token"/)
    })

    test('RFC 6750 §3.1: too little scope is 403 insufficient_scope', async () => {
      const response = await refused({ method: 'POST', headers: [field('reader'), text], body: 'a' })
      assert.equal(response.status, 403)
      assert.match(challengeOf(response), /error="insufficient_scope".*scope="write_pets"/)
    })

    for (const tokens of [
      ['reader', 'stranger'],
      ['stranger', 'reader'],
      ['reader', 'reader'],
    ] as const)
      test(`RFC 6750 §2: two \`Authorization\` fields are 400 invalid_request: ${tokens.join(', ')}`, async () => {
        const response = await refused({ headers: tokens.map(field) })
        assert.equal(response.status, 400)
        assert.match(challengeOf(response), /error="invalid_request"/)
      })

    test('RFC 9700 §4.3.2: a token in the query does not count, and beside the field is 400', async () => {
      assert.equal((await refused({ target: '/v1/pets?access_token=reader' })).status, 401)
      assert.equal((await refused({ target: '/v1/pets?access_token=reader', headers: [field('reader')] })).status, 400)
    })

    test('RFC 6750 §2.2: a token in a form does not count, and beside the field is 400', async () => {
      const sent = { method: 'POST', body: 'a=b&access_token=writer' }
      assert.equal((await refused({ ...sent, headers: [form] })).status, 401)
      assert.equal((await refused({ ...sent, headers: [form, field('writer')] })).status, 400)
    })

    for (const [what, body, type] of [
      ['a form', 'a=b&c=%20d', form],
      ['a form of 60,000 characters', `a=${'b'.repeat(60_000)}`, form],
      ['a form longer than what is looked into', `a=${'b'.repeat(90_000)}`, form],
      ['text', 'grüße', text],
      ['a long text', 'a'.repeat(90_000), text],
    ] as const)
      test(`RFC 9110 §6.4: the handler gets the whole body: ${what}`, async () => {
        const response = await send({ method: 'POST', headers: [field('writer'), type], body })
        assert.equal(response.status, 200)
        assert.equal(response.body, body)
      })

    test('RFC 9110 §5.4: a token of 30 kB is refused', async () => {
      const { status } = await send({ headers: [field('a'.repeat(30_000))] })
      assert.ok(status === 401 || status === 431, String(status))
    })

    test('RFC 9110 §9.3.2: HEAD is guarded too, and answered without content', async () => {
      const refusal = await refused({ method: 'HEAD' })
      assert.equal(refusal.status, 401)
      assert.equal(refusal.body, '')
      assert.match(challengeOf(refusal), /^Bearer/)
      assert.equal((await send({ method: 'HEAD', headers: [field('reader')] })).status, 200)
    })

    test('RFC 9449 §4.3: the guard sees method, whole path and query as they were sent', async () => {
      await send({ method: 'HEAD', target: '/v1/pets?x=%2F+&y', headers: [field('reader')] })
      const { method, path, query } = seen.at(-1) ?? {}
      assert.deepEqual({ method, path, query }, { method: 'HEAD', path: '/v1/pets', query: 'x=%2F+&y' })
    })

    test('RFC 9449 §4.3: a second `DPoP` field is seen', async () => {
      await send({ headers: [field('reader'), ['dpop', 'a'], ['DPoP', 'b']] })
      assert.deepEqual(seen.at(-1)?.headers['dpop'], ['a', 'b'])
    })

    test('RFC 9112 §9.3: after a refusal with an unread body the connection carries the next request', async () => {
      const [first, second] = await sendRaw(
        port,
        { method: 'POST', target: '/v1/pets', headers: [text], body: 'a'.repeat(100_000) },
        { target: '/v1/pets', headers: [field('reader')] },
      )
      assert.deepEqual([first?.status, second?.status], [401, 200])
    })

    test('RFC 9110 §15.6.1: what a handler throws is not swallowed', async () => {
      const response = await send({ target: '/v1/broken', headers: [field('reader')] })
      assert.equal(response.status, 500)
      assert.match(String(errors.at(-1)), /the handler broke/)
    })

    test('RFC 9110 §15.6.1: where a verifier breaks nothing is let through', async () => {
      const earlier = handled
      const response = await send({ headers: [field('breaking')] })
      assert.equal(response.status, 500)
      assert.equal(handled, earlier)
      assert.match(String(errors.at(-1)), /the verifier broke/)
      assert.doesNotMatch(response.body, /verifier/)
    })

    test('RFC 9112 §9.5: a client that leaves while its token is verified disturbs nobody', async () => {
      const told = errors.length
      const socket = connect(port, '127.0.0.1')
      socket.write('GET /v1/pets HTTP/1.1\r\nhost: api.example\r\nauthorization: Bearer slow\r\n\r\n')
      await verifier.isAsked
      socket.destroy()
      await once(socket, 'close')
      verifier.answer()
      assert.equal((await send({ headers: [field('reader')] })).status, 200)
      assert.deepEqual(errors.slice(told), [])
    })

    test('RFC 9112 §6.3: a client that leaves amid a form disturbs nobody', async () => {
      const told = errors.length
      const socket = connect(port, '127.0.0.1')
      const head = `POST /v1/pets HTTP/1.1\r\nhost: api.example\r\n${form.join(': ')}\r\ncontent-length: 10\r\n`
      socket.write(`${head}authorization: Bearer writer\r\n\r\na=`)
      await once(socket, 'connect')
      socket.destroy()
      await once(socket, 'close')
      assert.equal((await send({ headers: [field('reader')] })).status, 200)
      const ours = errors.slice(told).filter(error => !/aborted|ECONNRESET|premature/i.test(String(error)))
      assert.deepEqual(ours, [])
    })
  })
}

/** A verifier of tokens that are named after what they may do. */
function testVerifier() {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const scopes: Readonly<Record<string, string>> = { reader: 'read_pets', writer: 'write_pets', slow: 'read_pets' }
  const verify: VerifyToken = async token => {
    if (token === 'breaking') throw new Error('the verifier broke')
    if (token === 'slow') {
      asked.resolve()
      await answered.promise
    }
    const scope = scopes[token]
    if (scope === undefined) return refuse('invalid_token', 'the access token is not valid here')
    return { kind: 'verified', claims: { ...accessTokenClaims(), scope }, until: startOfTime + 600 }
  }
  return { verify, isAsked: asked.promise, answer: () => answered.resolve() }
}
