import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HeldToken, TokenSource } from './held-token.ts'
import { StepUpError } from './step-up-error.ts'
import { createStepUpFetch, type StepUpFetchOptions } from './step-up-fetch.ts'
import { authorizationParameters, type TokenAsk } from './token-ask.ts'

const origin = 'https://api.example'
const pets = `${origin}/pets`

type Sent = { readonly url: string; readonly init: RequestInit; readonly authorization: string | null }
type Setup = Partial<Omit<StepUpFetchOptions, 'tokens' | 'fetch'>> & {
  readonly held?: HeldToken
  readonly obtain?: (ask: TokenAsk) => Promise<HeldToken | undefined>
}

function response(status: number, challenge?: string): Response {
  return new Response(`answer ${status}`, { status, headers: challenge ? { 'www-authenticate': challenge } : {} })
}

/** An API that answers by the token that it gets, and a source whose tokens are numbered. */
function setUp(answerTo: (token: string | undefined, count: number) => Response, setup: Setup = {}) {
  const { held: first, obtain, ...options } = setup
  let held = first
  const sent: Sent[] = []
  const asks: TokenAsk[] = []
  const api = createStepUpFetch({
    origins: [origin],
    ...options,
    fetch: async (url, init) => {
      const authorization = new Headers(init.headers).get('authorization')
      sent.push({ url, init, authorization })
      return answerTo(authorization?.slice('Bearer '.length), sent.length)
    },
    tokens: {
      current: () => held,
      obtain: async ask => {
        asks.push(ask)
        held = await (obtain ?? (async () => ({ accessToken: `token-${asks.length}`, scope: ask.scope.join(' ') })))(
          ask,
        )
        return held
      },
    },
  })
  return { api, sent, asks, replace: (token: HeldToken) => void (held = token) }
}

async function failureOf(call: Promise<Response>): Promise<StepUpError> {
  return call.then(
    () => assert.fail('the call succeeded'),
    (error: unknown) => (error instanceof StepUpError ? error : assert.fail(String(error))),
  )
}

const old: HeldToken = { accessToken: 'old', scope: 'read_pets' }
const expired = 'Bearer error="invalid_token", scope="read_pets"'
const needsWrite = 'Bearer error="insufficient_scope", scope="write_pets"'

test('RFC 6750 §2.1: the token goes into the header, and a good answer comes back as it is', async () => {
  const { api, sent, asks } = setUp(() => response(200), { held: old })
  const answer = await api(new URL(pets), { headers: { accept: 'text/plain', authorization: 'Basic a' } })
  assert.equal(await answer.text(), 'answer 200')
  assert.equal(sent[0]?.authorization, 'Bearer old')
  assert.equal(new Headers(sent[0]?.init.headers).get('accept'), 'text/plain')
  assert.deepEqual(asks, [])
})

test('RFC 6750 §3: without a token the challenge tells which scope to ask for', async () => {
  const { api, sent, asks } = setUp(token => (token ? response(200) : response(401, 'Bearer scope="read_pets"')))
  assert.equal((await api(pets)).status, 200)
  assert.deepEqual(asks, [{ kind: 'token', scope: ['read_pets'] }])
  assert.deepEqual(
    sent.map(({ authorization }) => authorization),
    [null, 'Bearer token-1'],
  )
})

for (const challenge of [expired, 'Bearer', 'Bearer realm="pets"'])
  test(`RFC 6750 §3.1: for invalid_token a fresh token is obtained once: ${challenge}`, async () => {
    const { api, asks } = setUp(token => (token === 'old' ? response(401, challenge) : response(200)), { held: old })
    assert.equal((await api(pets)).status, 200)
    assert.deepEqual(asks, [{ kind: 'fresh_token', scope: ['read_pets'] }])
  })

test('RFC 6750 §3.1: for insufficient_scope the union of held and named scope is asked', async () => {
  const { api, asks } = setUp(token => (token === 'old' ? response(403, needsWrite) : response(200)), { held: old })
  assert.equal((await api(pets)).status, 200)
  assert.deepEqual(asks, [{ kind: 'more_scope', scope: ['read_pets', 'write_pets'] }])
  assert.deepEqual(authorizationParameters(asks[0] ?? assert.fail()), { scope: 'read_pets write_pets' })
})

for (const [parameters, wanted] of [
  ['acr_values="urn:mfa urn:otp"', { acr_values: 'urn:mfa urn:otp' }],
  ['max_age=300', { max_age: '300' }],
  ['max_age="0", acr_values="urn:mfa"', { acr_values: 'urn:mfa', max_age: '0' }],
  ['realm="x"', { prompt: 'login' }],
] as const)
  test(`RFC 9470 §4: for insufficient_user_authentication the login is asked for: ${parameters}`, async () => {
    const challenge = `Bearer error="insufficient_user_authentication", ${parameters}`
    const { api, asks } = setUp(token => (token === 'old' ? response(401, challenge) : response(200)), { held: old })
    assert.equal((await api(pets)).status, 200)
    assert.equal(asks[0]?.kind, 'stronger_authentication')
    assert.deepEqual(authorizationParameters(asks[0] ?? assert.fail()), { scope: 'read_pets', ...wanted })
  })

for (const [what, status, challenge] of [
  ['a 401 without a challenge', 401, undefined],
  ['a challenge of another scheme', 401, 'Basic realm="pets"'],
  ['a challenge that breaks the grammar', 401, 'Bearer error="invalid_token'],
  ['a malformed scope', 403, 'Bearer error="insufficient_scope", scope="a  b"'],
  ['insufficient_scope that names none', 403, 'Bearer error="insufficient_scope"'],
  ['a 403 that no token would change', 403, 'Bearer realm="pets"'],
  ['an unknown error code', 401, 'Bearer error="account_locked"'],
  ['a max_age that is no number', 401, 'Bearer error="insufficient_user_authentication", max_age="-1"'],
  ['another status', 400, expired],
] as const)
  test(`RFC 6750 §3: an answer that asks for nothing comes back as it is: ${what}`, async () => {
    const { api, asks } = setUp(() => response(status, challenge), { held: old })
    const answer = await api(pets)
    assert.equal(await answer.text(), `answer ${status}`)
    assert.deepEqual(asks, [])
  })

test('RFC 9470 §4: the same ask a second time ends the loop', async () => {
  const { api, asks, sent } = setUp(() => response(401, expired), { held: old })
  const { failure, ask, response: last } = await failureOf(api(pets))
  assert.equal(failure, 'repeated')
  assert.equal(ask.kind, 'fresh_token')
  assert.equal(last.headers.get('www-authenticate'), expired)
  assert.equal(await last.text(), 'answer 401')
  assert.deepEqual([asks.length, sent.length], [1, 2])
})

for (const maxRetries of [1, 2] as const)
  test(`RFC 9470 §4: asks that change each time end after the bound: ${maxRetries}`, async () => {
    const answer = (_token: string | undefined, count: number) =>
      response(403, `Bearer error="insufficient_scope", scope="scope_${count}"`)
    const { api, asks, sent } = setUp(answer, { held: old, maxRetries })
    assert.equal((await failureOf(api(pets))).failure, 'too_many')
    assert.deepEqual([asks.length, sent.length], [maxRetries, maxRetries + 1])
  })

test('RFC 6750 §3.1: scope that the token has is not asked for', async () => {
  const { api, asks } = setUp(() => response(403, 'Bearer error="insufficient_scope", scope="read_pets"'), {
    held: old,
  })
  assert.equal((await failureOf(api(pets))).failure, 'already_held')
  assert.deepEqual(asks, [])
})

test('RFC 6749 §5.1: a token of empty scope has none of it', async () => {
  const held = { accessToken: 'old', scope: '' }
  const { api } = setUp(token => (token === 'old' ? response(403, needsWrite) : response(200)), { held })
  assert.equal((await api(pets)).status, 200)
})

test('RFC 9470 §4: where no token can be obtained now, the error holds what to ask for', async () => {
  const { api } = setUp(() => response(403, needsWrite), { held: old, obtain: async () => undefined })
  const { failure, ask } = await failureOf(api(pets))
  assert.equal(failure, 'not_obtained')
  assert.deepEqual(authorizationParameters(ask), { scope: 'read_pets write_pets' })
})

test('createStepUpFetch: what goes wrong while a token is obtained is thrown as it is', async () => {
  const obtain = () => Promise.reject(new RangeError('invalid_grant'))
  const { api } = setUp(() => response(401, expired), { held: old, obtain })
  await assert.rejects(api(pets), RangeError)
})

test('RFC 6750 §2.1: the token is the only thing that goes as one', async () => {
  const { api, sent } = setUp(() => response(200))
  await api(pets, { headers: { authorization: 'Bearer foreign' } })
  assert.deepEqual(sent[0]?.authorization, null)
})

test('createStepUpFetch: what was answered is not read where the request is sent again', async () => {
  const refused = response(401, expired)
  const { api } = setUp((_token, count) => (count === 1 ? refused : response(200)), { held: old })
  await api(pets)
  assert.deepEqual(await refused.body?.getReader().read(), { done: true, value: undefined })
})

test('createStepUpFetch: what was obtained once is not taken for what is asked later', async () => {
  const { api, asks } = setUp((_token, count) => (count % 2 === 1 ? response(401, expired) : response(200)), {
    held: old,
  })
  await api(pets)
  await api(pets)
  assert.equal(asks.length, 2)
})

test('createStepUpFetch: a token source may be an object that knows itself', async () => {
  class Source implements TokenSource {
    readonly #held: HeldToken = { accessToken: 'own' }
    current() {
      return this.#held
    }
    async obtain() {
      return this.#held
    }
  }
  const sent: (string | null)[] = []
  const fetch = async (_url: string, init: RequestInit) => {
    sent.push(new Headers(init.headers).get('authorization'))
    return response(401, expired)
  }
  const api = createStepUpFetch({ origins: [origin], tokens: new Source(), fetch })
  await assert.rejects(api(pets), { failure: 'repeated' })
  assert.deepEqual(sent, ['Bearer own', 'Bearer own'])
})

test('createStepUpFetch: parallel calls obtain one token', async () => {
  const { promise, resolve } = Promise.withResolvers<HeldToken>()
  const { api, asks } = setUp(token => (token === 'old' ? response(401, expired) : response(200)), {
    held: old,
    obtain: () => promise,
  })
  const calls = Promise.all([api(pets), api(pets), api(`${origin}/orders`)])
  await new Promise(setImmediate)
  resolve({ accessToken: 'new', scope: 'read_pets' })
  assert.deepEqual(
    (await calls).map(({ status }) => status),
    [200, 200, 200],
  )
  assert.equal(asks.length, 1)
})

test('createStepUpFetch: a token that was replaced meanwhile is used, and none obtained', async () => {
  const world = setUp(
    token => {
      if (token !== 'old') return response(200)
      world.replace({ accessToken: 'new' })
      return response(401, expired)
    },
    { held: old },
  )
  assert.equal((await world.api(pets)).status, 200)
  assert.deepEqual(world.asks, [])
})

for (const [what, body] of [
  ['text', '{}'],
  ['a form', new URLSearchParams({ a: 'b' })],
  ['bytes', Uint8Array.of(1)],
  ['a buffer', new ArrayBuffer(1)],
  ['a blob', new Blob(['a'])],
  ['form data', new FormData()],
] as const)
  test(`RFC 9110 §9.2.2: a body that can be sent again is sent again: ${what}`, async () => {
    const { api, sent } = setUp(token => (token === 'old' ? response(401, expired) : response(200)), { held: old })
    assert.equal((await api(pets, { method: 'POST', body })).status, 200)
    assert.deepEqual(
      sent.map(({ init }) => init.body),
      [body, body],
    )
    assert.deepEqual(
      sent.map(({ init }) => init.method),
      ['POST', 'POST'],
    )
  })

test('RFC 9110 §9.2.2: a stream is sent once', async () => {
  const { api, sent, asks } = setUp(() => response(401, expired), { held: old })
  const body = new Blob(['a']).stream()
  assert.equal((await failureOf(api(pets, { method: 'POST', body }))).failure, 'body_spent')
  assert.deepEqual([sent.length, asks.length], [1, 0])
})

test('RFC 6750 §5.3: a URL of another origin gets neither the token nor a request', async () => {
  const { api, sent } = setUp(() => response(200), { held: old })
  for (const url of ['https://api.example.evil/pets', 'http://api.example/pets', 'https://api.example:8443/pets'])
    await assert.rejects(api(url), /may not see the token/)
  await assert.rejects(api('https://api.example@evil.example/pets'), /`https:\/\/evil.example` may not see/)
  assert.deepEqual(sent, [])
})

test('RFC 6750 §5.3: redirects, which could lead the token elsewhere, are not followed', async () => {
  const { api, sent } = setUp(() => response(307), { held: old })
  assert.equal((await api(pets)).status, 307)
  await api(pets, { redirect: 'follow' })
  await api(pets, { redirect: 'error' })
  assert.deepEqual(
    sent.map(({ init }) => init.redirect),
    ['manual', 'manual', 'error'],
  )
})

for (const [url, metadataOrigins, wanted] of [
  [`${origin}/.well-known/oauth-protected-resource`, [], true],
  ['https://meta.example/pets', ['https://meta.example'], true],
  ['https://meta.example/pets', [], false],
  ['javascript:alert(1)', [], false],
  ['no url', [], false],
] as const)
  test(`RFC 9728 §5.1: resource_metadata counts on origins that are allowed: ${url}, ${wanted}`, async () => {
    const challenge = `Bearer resource_metadata="${url}"`
    const { api, asks } = setUp(token => (token ? response(200) : response(401, challenge)), { metadataOrigins })
    await api(pets)
    assert.deepEqual(asks, [{ kind: 'token', scope: [], ...(wanted && { resourceMetadata: url }) }])
    assert.deepEqual(authorizationParameters(asks[0] ?? assert.fail()), {})
  })

for (const [wrong, message] of [
  [[], /`origins` is empty/],
  [['https://api.example/'], /is no origin/],
  [['api.example'], /is no origin/],
  [['http://api.example'], /in clear; https is wanted/],
  [['http://127api.example'], /in clear; https is wanted/],
  [['ftp://api.example'], /in clear; https is wanted/],
] as const)
  test(`RFC 6750 §5.3: a token goes to origins that keep it secret only: ${wrong.join()}`, () => {
    const tokens = { current: () => undefined, obtain: async () => undefined }
    const origins = wrong as unknown as [string]
    assert.throws(() => createStepUpFetch({ origins, tokens }), message)
  })

test('RFC 8252 §8.3: http is good enough on loopback', () => {
  const tokens = { current: () => undefined, obtain: async () => undefined }
  for (const own of ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])
    assert.ok(createStepUpFetch({ origins: [own], tokens }))
})
