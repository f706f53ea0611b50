import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeKeyPair, splitJws } from '../node/forge-jws.ts'
import { createSecretLedger } from '../secret/secret.ts'
import type { ServerTarget, TestIssuer } from '../target/target.ts'
import type { TokenSourceParts } from './source-state.ts'
import {
  type Answer,
  agreeingFront,
  clientWith,
  clockAt,
  metadata,
  type Script,
  scriptedSend,
  serverWith,
  targetWith,
} from './testing/scripted-server.ts'
import type { HeldToken, TokenWish } from './token.ts'
import { createTokenSource, type ManagedTokenSource } from './token-source.ts'
import { parseVault } from './vault-text.ts'
import { keyOf, parseKey } from './wish-key.ts'

const client = { kind: 'client', client: 'first' } as const
const user = { kind: 'user', user: 'first' } as const
const wish: TokenWish = { holder: client, scope: ['read'] }

/** Issues and revokes tokens; each is numbered. */
function counting(change: (form: URLSearchParams, count: number) => Answer | undefined = () => undefined) {
  const alive = new Set<string>()
  const revoked: string[] = []
  let count = 0
  const issue = (text: string) => {
    alive.add(text)
    return text
  }
  const script: Script = {
    '/token': ({ form }) => {
      count += 1
      const changed = change(form, count)
      if (changed !== undefined) return changed
      const grant = form.get('grant_type')
      const spent = form.get('refresh_token')
      if (spent !== null && !alive.delete(spent)) return { status: 400, body: { error: 'invalid_grant' } }
      const body = { access_token: issue(`access-${count}`), token_type: 'Bearer', expires_in: 600 }
      const hasRefresh = grant !== 'client_credentials'
      return { body: hasRefresh ? { ...body, refresh_token: issue(`refresh-${count}`) } : body }
    },
    '/revoke': ({ form }) => {
      revoked.push(form.get('token') ?? '')
      alive.delete(form.get('token') ?? '')
      return {}
    },
  }
  return { script, alive, revoked, count: () => count }
}

function sourceOf(
  script: Script,
  { server = {}, parts = {} }: { server?: Partial<ServerTarget>; parts?: Partial<TokenSourceParts> } = {},
) {
  const { send, sent } = scriptedSend(script)
  const clock = clockAt()
  const secrets = createSecretLedger()
  const front = agreeingFront(secrets, query => ({ code: 'c0de', state: query.get('state') ?? '' }))
  const source = createTokenSource({
    target: targetWith(serverWith(server)),
    send,
    secrets,
    now: clock.now,
    wait: clock.wait,
    front,
    ...parts,
  })
  return { source, sent, clock, secrets, front }
}

async function tokenOf(source: ManagedTokenSource, wanted: TokenWish = wish): Promise<HeldToken> {
  const outcome = await source.token(wanted)
  assert.ok(outcome.kind === 'token', outcome.kind === 'unavailable' ? outcome.reason : '')
  return outcome.token
}

async function reasonOf(source: ManagedTokenSource, wanted: TokenWish = wish): Promise<string> {
  const outcome = await source.token(wanted)
  assert.ok(outcome.kind === 'unavailable')
  return outcome.reason
}

describe('createTokenSource: keeping', () => {
  test('the same wish gives the same token, in whatever order its scopes are named', async () => {
    const { script, count } = counting()
    const { source } = sourceOf(script)
    const first = await tokenOf(source, { holder: client, scope: ['a', 'b'] })
    assert.equal(await tokenOf(source, { holder: client, scope: ['b', 'a', 'b'] }), first)
    assert.equal(count(), 1)
  })

  test('another scope, resource, holder or binding is another token', async () => {
    const { script, count } = counting()
    const { source } = sourceOf(script)
    const wishes: readonly TokenWish[] = [
      wish,
      { ...wish, scope: [] },
      { ...wish, resource: 'https://api.example' },
      { ...wish, holder: user },
      { scope: ['read'] },
    ]
    const tokens = await Promise.all(wishes.map(each => tokenOf(source, each)))
    assert.equal(new Set(tokens.map(token => token.accessToken.reveal())).size, 5)
    assert.equal(count(), 5)
  })

  test('many who wish the same at once cause one request', async () => {
    const { script, count } = counting()
    const { source } = sourceOf(script)
    const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(source)))
    assert.equal(new Set(tokens).size, 1)
    assert.equal(count(), 1)
  })

  test('a fresh token is new each time and not kept', async () => {
    const { script, count } = counting()
    const { source } = sourceOf(script)
    const fresh = await tokenOf(source, { ...wish, isFresh: true })
    const kept = await tokenOf(source)
    assert.notEqual(fresh.accessToken.reveal(), kept.accessToken.reveal())
    assert.equal(count(), 2)
  })
})

describe('createTokenSource: replacing', () => {
  test('RFC 6749 §5.1: a token is replaced before it expires, a tenth of its lifetime before', async () => {
    const { script } = counting((_form, count) => ({
      body: { access_token: `t${count}`, token_type: 'Bearer', expires_in: 100 },
    }))
    const { source, clock } = sourceOf(script)
    const first = await tokenOf(source)
    clock.pass(89_000)
    assert.equal(await tokenOf(source), first)
    clock.pass(1000)
    assert.notEqual(await tokenOf(source), first)
  })

  test('of a long-lived token the last minute counts, and after a quarter of an hour it is replaced anyway', async () => {
    const lifetime = (seconds: number) =>
      counting((_form, count) => ({ body: { access_token: `t${count}`, token_type: 'Bearer', expires_in: seconds } }))
    const hour = sourceOf(lifetime(3600).script)
    const first = await tokenOf(hour.source)
    hour.clock.pass(15 * 60_000 - 1)
    assert.equal(await tokenOf(hour.source), first)
    hour.clock.pass(1)
    assert.notEqual(await tokenOf(hour.source), first)
    const quick = sourceOf(lifetime(3600).script, { parts: { rotateAfter: 7_200_000 } })
    const kept = await tokenOf(quick.source)
    quick.clock.pass(3_540_000 - 1)
    assert.equal(await tokenOf(quick.source), kept)
    quick.clock.pass(1)
    assert.notEqual(await tokenOf(quick.source), kept)
  })

  test('RFC 6749 §6: by its refresh token, without a login; the rotated one is used next', async () => {
    const { script, alive } = counting()
    const { source, front } = sourceOf(script)
    const first = await tokenOf(source, { holder: user, scope: ['read'] })
    const second = await source.renew(first)
    assert.ok(second.kind === 'token')
    const third = await source.renew(second.token)
    assert.ok(third.kind === 'token')
    assert.equal(front.visits.length, 1)
    assert.equal(third.token.refreshToken?.reveal(), 'refresh-3')
    assert.deepEqual(
      [...alive].filter(text => text.startsWith('refresh')),
      ['refresh-3'],
    )
  })

  test('a token that was refused is replaced once for all who ask, also for those who come late', async () => {
    const { script, count } = counting()
    const { source } = sourceOf(script)
    const first = await tokenOf(source)
    const renewed = await Promise.all(Array.from({ length: 10 }, () => source.renew(first)))
    const late = await source.renew(first)
    assert.equal(new Set([...renewed, late].map(each => (each.kind === 'token' ? each.token : undefined))).size, 1)
    assert.equal(count(), 2)
    assert.equal(
      (await source.renew({ ...first, accessToken: createSecretLedger().secret('x', 'y') })).kind,
      'unavailable',
    )
  })

  test('where the refresh token is refused the user logs in again', async () => {
    const { script } = counting(form =>
      form.get('grant_type') === 'refresh_token' ? { status: 400, body: { error: 'invalid_grant' } } : undefined,
    )
    const { source, front } = sourceOf(script)
    const first = await tokenOf(source, { holder: user, scope: ['read'] })
    assert.equal((await source.renew(first)).kind, 'token')
    assert.equal(front.visits.length, 2)
  })

  test('an old token serves on while the server gives no other; a refused one does not', async () => {
    const { script } = counting((_form, count) => (count > 1 ? { status: 503 } : undefined))
    const { source, clock } = sourceOf(script)
    const first = await tokenOf(source)
    clock.pass(560_000)
    assert.equal(await tokenOf(source), first)
    assert.equal((await source.renew(first)).kind, 'unavailable')
    assert.match(await reasonOf(source), /answered 503/)
  })
})

describe('createTokenSource: refusals', () => {
  test('what the server refuses for good is not asked again, what is temporary is', async () => {
    const refusing = counting(() => ({ status: 400, body: { error: 'invalid_scope' } }))
    const { source } = sourceOf(refusing.script)
    assert.match(await reasonOf(source), /invalid_scope/)
    assert.match(await reasonOf(source, { ...wish, isFresh: true }), /invalid_scope/)
    assert.equal(refusing.count(), 1)
    const busy = counting((_form, count) => (count === 1 ? { status: 429 } : undefined))
    const later = sourceOf(busy.script)
    assert.match(await reasonOf(later.source), /429/)
    assert.equal((await tokenOf(later.source)).from, 'server')
  })

  test('a token with other scope than was wished is unavailable, and revoked at the end', async () => {
    const { script, revoked } = counting(() => ({
      body: { access_token: 'wide', token_type: 'Bearer', expires_in: 60, scope: 'read write' },
    }))
    const { source } = sourceOf(script)
    assert.match(await reasonOf(source), /granted `write` as well/)
    await source.close()
    assert.deepEqual(revoked, ['wide'])
  })

  test('RFC 9449 §5: a bearer token is not taken for one that is bound', async () => {
    const { source } = sourceOf(counting().script)
    assert.match(await reasonOf(source, { ...wish, binding: 'dpop' }), /although a DPoP key was shown/)
  })

  test('a refresh token or ID token that is wished and does not come is told', async () => {
    const { source } = sourceOf(counting().script)
    assert.match(await reasonOf(source, { ...wish, alsoWants: ['refresh_token'] }), /no refresh token/)
    assert.match(await reasonOf(source, { ...wish, alsoWants: ['id_token'] }), /no ID token/)
  })

  test('OpenID Connect Core §3.1.3.7: tokens with a bad ID token are not used, and revoked at the end', async () => {
    const body = { access_token: 'a1', refresh_token: 'r1', id_token: 'x.y.z', token_type: 'Bearer', expires_in: 60 }
    const { script, revoked } = counting(() => ({ body }))
    const { source } = sourceOf(script)
    assert.match(await reasonOf(source, { holder: user, scope: ['openid'] }), /ID token is from another issuer/)
    await source.close()
    assert.deepEqual(revoked, ['r1', 'a1'])
  })

  test('users take turns in their browser', async () => {
    const { script } = counting()
    let visiting = 0
    let most = 0
    const secrets = createSecretLedger()
    const front = agreeingFront(secrets, query => ({ code: 'c', state: query.get('state') ?? '' }))
    const slow: TokenSourceParts['front'] = {
      ...front,
      visit: async (url, visit) => {
        visiting += 1
        most = Math.max(most, visiting)
        await Promise.resolve()
        visiting -= 1
        return front.visit(url, visit)
      },
    }
    const { source } = sourceOf(script, { parts: { front: slow } })
    await Promise.all(['a', 'b', 'c'].map(scope => tokenOf(source, { holder: user, scope: [scope] })))
    assert.equal(most, 1)
    assert.equal(front.visits.length, 3)
  })
})

describe('createTokenSource: asking', () => {
  test('RFC 8707 §2: the resource is named in both requests', async () => {
    const { script } = counting()
    const { source, sent, front } = sourceOf(script)
    await tokenOf(source, { holder: user, scope: ['read'], resource: 'https://api.example' })
    assert.equal(front.visits[0]?.query.get('resource'), 'https://api.example')
    assert.equal(new URLSearchParams(sent[0]?.body).get('resource'), 'https://api.example')
    assert.equal(new URLSearchParams(sent[0]?.body).has('scope'), false)
  })

  test('OpenID Connect Core §11: a refresh token is asked for by `offline_access`, with consent', async () => {
    const { script } = counting()
    const { source, front } = sourceOf(script)
    await tokenOf(source, { holder: user, scope: ['read'], alsoWants: ['refresh_token'] })
    assert.equal(front.visits[0]?.query.get('scope'), 'openid read offline_access')
    assert.equal(front.visits[0]?.query.get('prompt'), 'consent')
    await tokenOf(source, { holder: user, scope: ['read'] })
    assert.equal(front.visits[1]?.query.get('scope'), 'read')
  })

  test('a client that may not ask for it gets its refresh token without', async () => {
    const { script } = counting()
    const { source, front } = sourceOf(script, { server: { clients: [clientWith({ scope: ['read'] })] } })
    await tokenOf(source, { holder: user, scope: ['read'], alsoWants: ['refresh_token'] })
    assert.equal(front.visits[0]?.query.get('scope'), 'read')
  })

  test('no scope is asked for by `openid` alone where a user logs in', async () => {
    const { script } = counting()
    const { source, front, sent } = sourceOf(script)
    await tokenOf(source, { holder: user, scope: [] })
    assert.equal(front.visits[0]?.query.get('scope'), 'openid')
    await tokenOf(source, { holder: client, scope: [] })
    assert.equal(new URLSearchParams(sent.at(-1)?.body).has('scope'), false)
  })

  test('RFC 6749 §4.3: a password is sent only where the configuration says so', async () => {
    const { script } = counting()
    const clients = [clientWith({ grantTypes: ['password'] })]
    const without = sourceOf(script, { server: { clients } })
    assert.match(await reasonOf(without.source, { holder: user, scope: [] }), /not configured for authorization code/)
    const { source, sent } = sourceOf(script, { server: { clients }, parts: { flows: { userFlow: 'password' } } })
    await tokenOf(source, { holder: user, scope: ['read'] })
    assert.equal(new URLSearchParams(sent[0]?.body).get('password'), 'open sesame')
  })

  test('RFC 6749 §4.2.2: the implicit grant gives its token in the fragment, for the state that was sent', async () => {
    const secrets = createSecretLedger()
    const clients = [clientWith({ grantTypes: ['implicit'] })]
    const answering = (state: (sent: string) => string) => {
      const front = agreeingFront(secrets, query => ({
        access_token: 'in-the-address',
        token_type: 'Bearer',
        state: state(query.get('state') ?? ''),
      }))
      return sourceOf({}, { server: { clients }, parts: { front, flows: { userFlow: 'implicit' } } }).source
    }
    const token = await tokenOf(
      answering(state => state),
      { holder: user, scope: ['read'] },
    )
    assert.equal(token.accessToken.reveal(), 'in-the-address')
    assert.match(
      await reasonOf(
        answering(() => 'x'),
        { holder: user, scope: ['read'] },
      ),
      /`state` is not/,
    )
  })

  test('what the front channel came to is told where no code or token came of it', async () => {
    const page = { kind: 'page', status: 500, body: '', headers: [] } as const
    const front = { visit: async () => page, close: async () => undefined }
    const clients = [clientWith({ grantTypes: ['implicit', 'authorization_code'] })]
    const byCode = sourceOf({}, { server: { clients }, parts: { front } }).source
    assert.match(
      await reasonOf(byCode, { holder: user, scope: ['read'] }),
      /showed a page \(500\) instead of redirecting/,
    )
    const implicit = sourceOf({}, { server: { clients }, parts: { front, flows: { userFlow: 'implicit' } } }).source
    assert.match(await reasonOf(implicit, { holder: user, scope: ['read'] }), /did not redirect with a token/)
    const pushed = {
      ...metadata,
      require_pushed_authorization_requests: true,
      pushed_authorization_request_endpoint: 'https://as.example/par',
    }
    const refusing = { '/par': () => ({ status: 400, body: { error: 'invalid_request' } }) }
    const parts = { front, flows: { userFlow: 'implicit' } } as const
    const par = sourceOf(refusing, { server: { clients, metadata: pushed }, parts }).source
    assert.match(await reasonOf(par, { holder: user, scope: ['read'] }), /the pushed request was not taken/)
  })

  test('RFC 6749 §4.2.2: a token for another state is not used, and revoked at the end', async () => {
    const secrets = createSecretLedger()
    const clients = [clientWith({ grantTypes: ['implicit'] })]
    const front = agreeingFront(secrets, () => ({ access_token: 'stray', token_type: 'Bearer', state: 'x' }))
    const { script, revoked } = counting()
    const { source } = sourceOf(script, { server: { clients }, parts: { front, flows: { userFlow: 'implicit' } } })
    await reasonOf(source, { holder: user, scope: ['read'] })
    await source.close()
    assert.deepEqual(revoked, ['stray'])
  })
})

describe('createTokenSource: the test issuer', () => {
  const secrets = createSecretLedger()
  const key = makeKeyPair('ES256', secrets)
  const testIssuer: TestIssuer = {
    issuer: 'https://test.example',
    keys: [{ kid: 'k', alg: 'ES256', key, role: 'signing' }],
    claims: {},
  }

  test('makes what the server cannot give', async () => {
    const target = targetWith(serverWith({ clients: [] }), { testIssuer })
    const { source } = sourceOf({}, { parts: { target } })
    const token = await tokenOf(source, { holder: user, scope: ['read'], resource: 'https://api.example' })
    const claims = splitJws(token.accessToken.reveal())?.payload
    assert.deepEqual([token.from, claims?.['scope'], claims?.['aud']], ['test_issuer', 'read', 'https://api.example'])
    assert.equal(await tokenOf(source, { holder: user, scope: ['read'], resource: 'https://api.example' }), token)
    assert.match(
      await reasonOf(source, { ...wish, alsoWants: ['id_token'] }),
      /no client is configured; a test issuer makes no/,
    )
    const bound = await tokenOf(source, { ...wish, binding: 'dpop' })
    assert.equal(bound.tokenType, 'DPoP')
    const cnf = splitJws(bound.accessToken.reveal())?.payload['cnf']
    assert.ok(typeof cnf === 'object' && cnf !== null && 'jkt' in cnf)
    assert.match(await reasonOf(source, { ...wish, binding: 'mtls' }), /no client with a certificate/)
  })

  test('without a server and without it there is nothing', async () => {
    const { source } = sourceOf({}, { parts: { target: targetWith(undefined) } })
    assert.equal(await reasonOf(source), 'no authorization server is configured')
    assert.deepEqual(await source.close(), { revoked: 0, left: [] })
  })
})

describe('createTokenSource: revoking', () => {
  test('RFC 7009 §2.1: everything is revoked at the end, refresh tokens first', async () => {
    const { script, revoked, alive } = counting()
    const { source } = sourceOf(script)
    await tokenOf(source, { holder: user, scope: ['read'] })
    await tokenOf(source)
    await tokenOf(source, { ...wish, isFresh: true })
    assert.deepEqual(await source.close(), { revoked: 4, left: [] })
    assert.match(revoked[0] ?? '', /^refresh/)
    assert.equal(alive.size, 0)
    assert.equal(await reasonOf(source), 'the run is over')
  })

  test('also what comes while it closes', async () => {
    const opening = Promise.withResolvers<void>()
    const { script, alive } = counting()
    const slow: Script = {
      ...script,
      '/token': async asked => {
        await opening.promise
        return script['/token']?.(asked)
      },
    }
    const { source } = sourceOf(slow)
    const coming = source.token(wish)
    const closing = source.close()
    opening.resolve()
    assert.equal((await coming).kind, 'token')
    assert.equal((await closing).revoked, 1)
    assert.equal(alive.size, 0)
  })

  test('whoever waits for the browser does not begin any more', async () => {
    const opening = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    const secrets = createSecretLedger()
    const front = agreeingFront(secrets, query => ({ code: 'c', state: query.get('state') ?? '' }))
    const slow: TokenSourceParts['front'] = {
      ...front,
      visit: async (url, visit) => {
        started.resolve()
        await opening.promise
        return front.visit(url, visit)
      },
    }
    const { source } = sourceOf(counting().script, { parts: { front: slow } })
    const first = source.token({ holder: user, scope: ['a'] })
    const second = source.token({ holder: user, scope: ['b'] })
    await started.promise
    const closing = source.close()
    await new Promise(resolve => setImmediate(resolve))
    opening.resolve()
    assert.equal((await closing).revoked, 2)
    assert.equal((await first).kind, 'token')
    assert.deepEqual(await second, { kind: 'unavailable', reason: 'the run is over' })
    assert.equal(front.visits.length, 1)
  })

  test('what was revoked is not used again, and not revoked twice', async () => {
    const { script, revoked } = counting()
    const { source } = sourceOf(script)
    const token = await tokenOf(source)
    assert.equal(await source.revoke(token.accessToken, 'access_token'), 'revoked')
    assert.notEqual((await tokenOf(source)).accessToken.reveal(), token.accessToken.reveal())
    await source.close()
    assert.deepEqual(revoked, ['access-1', 'access-2'])
  })

  test('RFC 6749 §5.1: a token that came without its type is revoked as well, and so is one that is dead on arrival', async () => {
    for (const answer of [{ access_token: 'odd' }, { access_token: 'odd', token_type: 'Bearer', expires_in: -1 }]) {
      const { script, revoked } = counting(() => ({ body: answer }))
      const { source } = sourceOf(script)
      await source.token(wish)
      await source.close()
      assert.deepEqual(revoked, ['odd'])
    }
  })

  test('RFC 6749 §6: tokens of a refresh that are no good are revoked as well', async () => {
    const { script, revoked } = counting(form =>
      form.get('grant_type') === 'refresh_token' ? { body: { access_token: 'odd' } } : undefined,
    )
    const { source, clock } = sourceOf(script)
    const asUser = { ...wish, holder: user }
    await tokenOf(source, asUser)
    clock.pass(599_000)
    await tokenOf(source, asUser)
    await source.close()
    assert.ok(revoked.includes('odd'))
  })

  test('what has expired is not revoked, what somebody else got is', async () => {
    const { script, revoked } = counting()
    const { source, clock, secrets } = sourceOf(script)
    await tokenOf(source)
    clock.pass(600_000)
    source.adopt(secrets.secret('access token', 'from a probe'), 'access_token', clientWith())
    await source.close()
    assert.deepEqual(revoked, ['from a probe'])
  })

  test('what cannot be revoked is told, with the reason', async () => {
    const left = async (server: Partial<ServerTarget>, script: Script = counting().script) => {
      const { source } = sourceOf({ ...counting().script, ...script }, { server })
      await tokenOf(source)
      return (await source.close()).left.map(({ what, reason }) => `${what}: ${reason}`)
    }
    const { revocation_endpoint: _, ...without } = metadata
    assert.deepEqual(await left({ metadata: without }), [
      'access token of the client `web`: the server has no revocation endpoint',
    ])
    assert.deepEqual(await left({ provider: 'auth0' }), [
      'access token of the client `web`: auth0 revokes no access tokens',
    ])
    const unsupported: Script = { '/revoke': () => ({ status: 400, body: { error: 'unsupported_token_type' } }) }
    assert.match((await left({}, unsupported)).join(), /the server revokes no access tokens/)
    assert.match((await left({}, { '/revoke': () => ({ status: 500 }) })).join(), /answered 500/)
    const { send } = scriptedSend(counting().script)
    const dead: TokenSourceParts['send'] = async request =>
      request.target === '/revoke'
        ? { request, sentAt: 0, duration: 0, kind: 'failed', failure: 'timeout', detail: 'nothing came' }
        : send(request)
    const { source } = sourceOf({}, { parts: { send: dead } })
    await tokenOf(source)
    assert.match((await source.close()).left[0]?.reason ?? '', /gave no answer: timeout/)
    const forbidden = async () => Promise.reject(new Error('the host is not yours'))
    const stopped = sourceOf({ ...counting().script, '/revoke': forbidden }).source
    await tokenOf(stopped)
    await tokenOf(stopped, { ...wish, isFresh: true })
    assert.deepEqual(
      (await stopped.close()).left.map(({ reason }) => reason),
      ['the host is not yours', 'the host is not yours'],
    )
    const gone = sourceOf(counting().script)
    gone.source.adopt(gone.secrets.secret('access token', 'x'), 'access_token', clientWith({ name: 'gone' }))
    assert.match((await gone.source.close()).left[0]?.reason ?? '', /`gone` is not configured any more/)
  })

  test('a probe is told whether its token was revoked', async () => {
    const { script } = counting()
    const { source, secrets } = sourceOf(script)
    const unknown = secrets.secret('access token', 'unknown')
    assert.equal(await source.revoke(unknown, 'access_token'), 'revoked')
    const failing = sourceOf({ '/revoke': () => ({ status: 401 }) }).source
    assert.equal(await failing.revoke(unknown, 'access_token'), 'failed')
    const serverless = sourceOf({}, { parts: { target: targetWith(undefined) } }).source
    assert.equal(await serverless.revoke(unknown, 'access_token'), 'unsupported')
  })
})

describe('createTokenSource: the vault', () => {
  test('what a run left is used and revoked by the next one', async () => {
    const { script, alive } = counting()
    let lying: string | undefined
    const sealed = {
      read: async () => lying,
      write: async (text: string) => {
        lying = text
      },
      remove: async () => {
        lying = undefined
      },
    }
    const first = sourceOf(script, { parts: { sealed } })
    const token = await tokenOf(first.source, { holder: user, scope: ['read'] })
    const fresh = await tokenOf(first.source, { ...wish, isFresh: true })
    await new Promise(resolve => setImmediate(resolve))
    const second = sourceOf(script, { parts: { sealed } })
    const again = await tokenOf(second.source, { holder: user, scope: ['read'] })
    assert.equal(again.accessToken.reveal(), token.accessToken.reveal())
    assert.ok(second.secrets.all().some(secret => secret.reveal() === fresh.accessToken.reveal()))
    assert.equal((await second.source.close()).revoked, 3)
    assert.equal(alive.size, 0)
    assert.equal(lying, undefined)
  })

  test('what could not be revoked stays in the vault, and is tried again by the next run', async () => {
    let lying: string | undefined
    const sealed = {
      read: async () => lying,
      write: async (text: string) => {
        lying = text
      },
      remove: async () => {
        lying = undefined
      },
    }
    const { script, revoked } = counting()
    const { source } = sourceOf({ ...script, '/revoke': () => ({ status: 500 }) }, { parts: { sealed } })
    await tokenOf(source)
    assert.equal((await source.close()).left.length, 1)
    const content = parseVault(lying ?? '', createSecretLedger())
    assert.deepEqual([content?.kept.size, content?.owed[0]?.text], [0, 'access-1'])
    assert.equal((await sourceOf(script, { parts: { sealed } }).source.close()).revoked, 1)
    assert.deepEqual([revoked, lying], [['access-1'], undefined])
  })

  test('what is no token in a vault is left out', () => {
    const token = { accessToken: 'a', holder: { kind: 'user', user: 'first' }, dpopKey: { publicJwk: {} } }
    const kept = [7, [1, { token }], ['k'], ['k', { token: 1 }], ['k', { token: { ...token, accessToken: 1 } }]]
    const holders = [1, {}, { kind: 'user', user: 'third' }, { kind: 'client', client: 'third' }]
    const wrong = holders.map((holder, index) => [`h${index}`, { token: { ...token, holder } }])
    const owed = [1, {}, { text: 'x' }, { client: 'web' }, { text: 'x', client: 'web' }]
    const text = JSON.stringify({ version: 1, kept: [...kept, ...wrong, ['good', { token }]], owed })
    const content = parseVault(text, createSecretLedger())
    assert.deepEqual([...(content?.kept.keys() ?? [])], ['good'])
    assert.equal(content?.kept.get('good')?.token.dpopKey, undefined)
    assert.deepEqual(content?.owed, [{ text: 'x', hint: 'access_token', client: 'web' }])
    assert.equal(parseVault('[]', createSecretLedger()), undefined)
  })

  test('a key is the wish itself', () => {
    const all: TokenWish = { holder: user, scope: ['a'], resource: 'r', binding: 'dpop', alsoWants: ['id_token'] }
    assert.deepEqual(parseKey(keyOf(all)), all)
    assert.deepEqual(parseKey(keyOf({ scope: [] })), { scope: [] })
    assert.equal(parseKey('x'), undefined)
    assert.equal(parseKey('{}'), undefined)
  })

  test('a vault that does not open stops the run before anything is sent', async () => {
    const refuse = () => Promise.reject(new Error('its key is another one'))
    const sealed = { read: refuse, write: refuse, remove: refuse }
    const { source, sent } = sourceOf(counting().script, { parts: { sealed } })
    await assert.rejects(source.token(wish), /its key is another one/)
    assert.equal(sent.length, 0)
  })

  test('a vault that does not open keeps nothing that this run got from being revoked', async () => {
    const { script, revoked } = counting()
    const refuse = () => Promise.reject(new Error('its key is another one'))
    const { source, secrets } = sourceOf(script, { parts: { sealed: { read: refuse, write: refuse, remove: refuse } } })
    source.adopt(secrets.secret('access token', 'of a probe'), 'access_token', clientWith())
    await assert.rejects(source.close(), /its key is another one/)
    assert.deepEqual(revoked, ['of a probe'])
  })

  test('what is no vault is not taken for one', async () => {
    const sealed = { read: async () => '{"version":2}', write: async () => undefined, remove: async () => undefined }
    const { source } = sourceOf(counting().script, { parts: { sealed } })
    await assert.rejects(source.token(wish), /something else than tokens/)
  })
})

test('RFC 9449 §8: a token that is bound, after the nonce that the server wants', async () => {
  const { script } = counting()
  const proofs: (string | undefined)[] = []
  const wanting: Script = {
    ...script,
    '/token': ({ request }) => {
      const proof = request.headers.find(([name]) => name === 'dpop')?.[1]
      proofs.push(String(splitJws(proof ?? '')?.payload['nonce']))
      if (proofs.length === 1)
        return { status: 400, headers: [['DPoP-Nonce', 'n1']], body: { error: 'use_dpop_nonce' } }
      return { body: { access_token: 'bound', token_type: 'DPoP', expires_in: 60 } }
    },
  }
  const { source } = sourceOf(wanting)
  const token = await tokenOf(source, { ...wish, binding: 'dpop' })
  assert.equal(token.tokenType, 'DPoP')
  assert.deepEqual(proofs, ['undefined', 'n1'])
  assert.ok(token.dpopKey !== undefined)
})
