import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { splitJws } from '../../node/forge-jws.ts'
import { makeShownCertificate } from '../../node/self-signed.ts'
import type { ServerTools } from '../../run/probe-context.ts'
import { createSecretLedger } from '../../secret/secret.ts'
import type { Target } from '../../target/target.ts'
import { runCase, skipsOf } from '../../testing/case-world.ts'
import {
  answerOf,
  type Between,
  type CaseClaims,
  describeCase,
  runBehind,
  variantsOf,
  withoutTestIssuer,
} from '../../testing/describe-case.ts'
import { plainTools } from '../../testing/plain-tools.ts'
import type { TokenSource } from '../../tokens/token.ts'
import { fieldValue, fieldValues, type SentRequest } from '../../wire/exchange.ts'
import { asBearerCase } from './possession-bearer.ts'
import { possessionCases } from './possession-cases.ts'
import { certificateCase } from './possession-certificate.ts'
import { nonceCase } from './possession-nonce.ts'
import {
  missingMemberCase,
  oneProofCase,
  otherCallCase,
  otherKeyProofCase,
  unsignedProofCase,
} from './possession-proof.ts'
import { proofAgeCase, replayCase } from './possession-time.ts'

const claims: readonly CaseClaims[] = [
  { testCase: asBearerCase, section: 'RFC 9449 §7.2', finds: { 'bound-as-bearer': { fail: ['-'] } } },
  {
    testCase: oneProofCase,
    section: 'RFC 9449 §7.1',
    finds: { 'proof-optional': { fail: ['none'] }, 'two-proofs': { fail: ['two'] } },
  },
  {
    testCase: otherKeyProofCase,
    section: 'RFC 9449 §6',
    finds: { 'proof-by-any-key': { fail: ['a proof of another key'] } },
  },
  {
    testCase: missingMemberCase,
    section: 'RFC 9449 §4.2',
    finds: {
      'proof-members-optional': {
        fail: ['without ath', 'without htm', 'without htu', 'without iat', 'without jti', 'without typ'],
      },
    },
  },
  {
    testCase: otherCallCase,
    section: 'RFC 9449 §4.3',
    finds: {
      'proof-for-any-place': { fail: ['another host', 'another path'] },
      'proof-for-any-method': { fail: ['another method'] },
      'proof-for-any-token': { fail: ['another token'] },
    },
  },
  {
    testCase: proofAgeCase,
    section: 'RFC 9449 §11.1',
    finds: { 'proof-of-any-age': { fail: ['an hour old', 'from in an hour'] } },
  },
  { testCase: replayCase, section: 'RFC 9449 §11.1', finds: { 'proof-replayed': { fail: ['-'] } } },
  {
    testCase: unsignedProofCase,
    section: 'RFC 9449 §4.3',
    finds: {
      'proof-unsigned': { fail: ['HS256', 'alg none'] },
      'proof-with-private-key': { fail: ['a private key in it'] },
    },
  },
  { testCase: nonceCase, section: 'RFC 9449 §9', isUntried: true },
  {
    testCase: certificateCase,
    section: 'RFC 8705 §3',
    finds: {
      'certificate-ignored': { fail: ['another certificate', 'no certificate'] },
      'certificate-from-header': { fail: ['certificate in X-Client-Cert'] },
    },
  },
]

for (const each of claims) describeCase(each)

test('each case about possession is tested both ways', () => {
  assert.deepEqual(
    claims.map(({ testCase }) => testCase.id),
    possessionCases.map(({ id }) => id),
  )
})

const petStore = 'GET /petstore/pets'
const challenge = [['www-authenticate', 'DPoP error="invalid_dpop_proof"'] as const]
const proofOf = ({ headers }: SentRequest) => splitJws(fieldValue(headers, 'dpop') ?? '')
const isBearer = ({ headers }: SentRequest) => fieldValue(headers, 'authorization')?.startsWith('Bearer ') === true

describe('an API that knows nothing of keys', () => {
  test('RFC 9449 §7.2: it is not judged by proofs', async () => {
    const cases = possessionCases.filter(testCase => testCase !== certificateCase && testCase !== asBearerCase)
    for (const testCase of cases) {
      const results = await runBehind(testCase, () => answerOf(401), { only: petStore })
      assert.deepEqual([...new Set(results.map(({ judgement }) => judgement.verdict))], ['not_applicable'], testCase.id)
    }
  })

  test('RFC 9449 §7.2: that it takes tokens which the server bound is a warning', async () => {
    const between: Between = request => answerOf(isBearer(request) ? 200 : 401)
    const results = await runBehind(asBearerCase, between, { only: petStore })
    assert.deepEqual(variantsOf(results, 'warn'), ['-'])
    const refusing = await runBehind(asBearerCase, () => answerOf(401), { only: petStore })
    assert.deepEqual(variantsOf(refusing, 'not_applicable'), ['-'])
  })

  test('RFC 9449 §7.2: tokens that only the tester bound say nothing about it', async () => {
    const between: Between = request => answerOf(isBearer(request) ? 200 : 401)
    const results = await runBehind(asBearerCase, between, {
      only: petStore,
      change: context => ({
        ...context,
        tokens: {
          ...context.tokens,
          token: async wish => {
            const outcome = await context.tokens.token(wish)
            return outcome.kind === 'token' ? { ...outcome, token: { ...outcome.token, from: 'test_issuer' } } : outcome
          },
        },
      }),
    })
    assert.deepEqual(variantsOf(results, 'not_applicable'), ['-'])
  })

  test('RFC 9110 §15.4: an API that leads strangers to a login is not judged by proofs', async () => {
    const results = await runBehind(replayCase, () => answerOf(302), { only: petStore })
    assert.deepEqual(variantsOf(results, 'not_applicable'), ['-'])
  })

  test('RFC 9449 §5: a server that binds no tokens gives nothing to try', async () => {
    for (const outcome of ['unavailable', 'unbound'] as const) {
      const results = await runBehind(replayCase, () => undefined, {
        only: petStore,
        change: context => ({
          ...context,
          tokens: {
            ...context.tokens,
            token: async ({ binding, ...wish }) => {
              if (outcome === 'unavailable' && binding === 'dpop')
                return { kind: 'unavailable', reason: 'no DPoP here' }
              return context.tokens.token(wish)
            },
          },
        }),
      })
      assert.deepEqual(variantsOf(results, 'not_applicable'), ['-'])
    }
  })

  test('RFC 9449 §7.1: an API that fails on a good proof is not judged', async () => {
    const results = await runBehind(oneProofCase, () => answerOf(500), { only: petStore })
    assert.deepEqual(variantsOf(results, 'inconclusive'), ['a word', 'none', 'two'])
  })
})

describe('good proofs', () => {
  test('RFC 9449 §4.3: that the query in `htu` counts is a warning', async () => {
    const between: Between = request =>
      String(proofOf(request)?.payload.htu).includes('?') ? answerOf(401) : undefined
    const results = await runBehind(otherCallCase, between, { only: petStore })
    assert.deepEqual(variantsOf(results, 'warn'), ['query and fragment in htu'])
  })

  test('RFC 9449 §11.1: that a clock may not differ by ten seconds is a warning', async () => {
    const noon = Date.UTC(2026, 5, 1, 12) / 1000
    const between: Between = request => (proofOf(request)?.payload.iat === noon ? undefined : answerOf(401, challenge))
    const results = await runBehind(proofAgeCase, between, { only: petStore })
    assert.deepEqual(variantsOf(results, 'warn'), ['ten seconds early', 'ten seconds old'])
  })

  test('RFC 9449 §11.1: a proof that is refused the first time proves nothing', async () => {
    let calls = 0
    const between: Between = () => answerOf(calls++ === 0 ? 200 : 401)
    const results = await runBehind(replayCase, between, { only: petStore })
    assert.deepEqual(variantsOf(results, 'inconclusive'), ['-'])
  })

  test('RFC 9449 §4.3: each missing member is missed', async () => {
    const results = await runBehind(missingMemberCase, () => answerOf(200), { only: petStore })
    assert.equal(variantsOf(results, 'fail').length, 7)
  })
})

describe('nonces', () => {
  const useNonce = [['www-authenticate', 'DPoP error="use_dpop_nonce"'] as const]
  const given = [...useNonce, ['dpop-nonce', 'n1'] as const]

  /** An API that asks for a nonce, and takes those that fit. */
  const asking =
    (fits: (nonce: unknown) => boolean, headers: typeof given | typeof useNonce = given): Between =>
    request => {
      const nonce = proofOf(request)?.payload.nonce
      if (nonce === 'n1') return undefined
      return fits(nonce) ? answerOf(200) : answerOf(401, nonce === undefined && headers === useNonce ? given : headers)
    }

  const serverOf = (nonce: string | undefined): ServerTools => {
    const client = {
      name: 'app',
      clientId: 'app',
      credential: { method: 'none' },
      redirectUris: [],
      grantTypes: ['authorization_code'],
      mayIntrospect: false,
    } as const
    return {
      ...plainTools,
      endpoint: () => 'https://as.planted.test/token',
      client: fits => (fits(client) ? client : undefined),
      users: [],
      authorize: async () => ({ kind: 'stuck', reason: 'nobody authorizes here' }),
      visit: async () => ({ kind: 'stuck', reason: 'there is no browser here' }),
      formRequest: () => ({
        method: 'POST',
        origin: 'https://as.planted.test',
        target: '/token',
        headers: nonce === undefined ? [] : [['X-Nonce', nonce]],
      }),
      obtainCode: async () => ({ kind: 'failed', reason: 'nobody logs in here' }),
    }
  }

  const withServer =
    (between: Between): Between =>
    (request, send) => {
      if (request.target !== '/token') return between(request, send)
      const nonce = fieldValue(request.headers, 'x-nonce')
      return answerOf(400, nonce === undefined ? [] : [['dpop-nonce', nonce]])
    }

  test('RFC 9449 §9: an API that asks for its own nonces passes', async () => {
    const results = await runBehind(nonceCase, withServer(asking(() => false)), {
      only: petStore,
      server: serverOf('of-server'),
    })
    assert.deepEqual(variantsOf(results, 'pass'), ['made up', 'missing', 'of the authorization server'])
  })

  test('RFC 9449 §9: an API that takes any nonce is found', async () => {
    const between = withServer(asking(nonce => nonce !== undefined))
    const results = await runBehind(nonceCase, between, { only: petStore, server: serverOf('of-server') })
    assert.deepEqual(variantsOf(results, 'fail'), ['made up', 'of the authorization server'])
  })

  test('RFC 9449 §9: a nonce that is asked for once and then not missed is found', async () => {
    let calls = 0
    const between: Between = request => {
      const nonce = proofOf(request)?.payload.nonce
      return nonce === undefined && calls++ === 0 ? answerOf(401, given) : answerOf(200)
    }
    const results = await runBehind(nonceCase, between, { only: `${petStore} · missing` })
    assert.deepEqual(variantsOf(results, 'fail'), ['missing'])
  })

  test('RFC 9449 §9: a refusal that gives no nonce is a warning', async () => {
    const results = await runBehind(
      nonceCase,
      asking(() => false, useNonce),
      { only: `${petStore} · made up` },
    )
    assert.deepEqual(variantsOf(results, 'warn'), ['made up'])
    assert.match(results[0]?.judgement.reason ?? '', /without a `DPoP-Nonce`/)
  })

  test('RFC 9449 §8: a server that gives no nonces, or that nobody can ask, leaves that variant out', async () => {
    for (const server of [serverOf(undefined), undefined]) {
      const options = { only: `${petStore} · of the`, ...(server && { server }) }
      const results = await runBehind(nonceCase, withServer(asking(() => false)), options)
      assert.deepEqual(variantsOf(results, 'not_applicable'), ['of the authorization server'])
    }
  })

  test('RFC 9449 §8: who asks the server for a nonce asks for no token', async () => {
    const codes: (string | undefined)[] = []
    const server = serverOf('of-server')
    await runBehind(nonceCase, withServer(asking(() => false)), {
      only: `${petStore} · of the`,
      server: {
        ...server,
        formRequest: (endpoint, parameters, client) => {
          codes.push(new Map(parameters).get('code'))
          return server.formRequest(endpoint, parameters, client)
        },
      },
    })
    assert.deepEqual(codes, ['none'])
  })

  test('RFC 9449 §11.1: the same proof twice is a warning where nonces limit its life', async () => {
    const between: Between = request =>
      proofOf(request)?.payload.nonce === 'n1' ? answerOf(200) : answerOf(401, given)
    const results = await runBehind(replayCase, between, { only: petStore })
    assert.deepEqual(variantsOf(results, 'warn'), ['-'])
  })
})

/** Gives tokens that are bound to nothing, whatever is wished. */
function unbound({ token }: TokenSource): TokenSource['token'] {
  return wish => {
    const { binding: _, ...others } = wish
    return token(others)
  }
}

describe('certificates', () => {
  test('RFC 8705 §3: where the server binds no tokens to certificates, an API that looks for none is not blamed', async () => {
    const retarget = (target: Target): Target => {
      const { server = assert.fail('there is a server') } = target
      const { tls_client_certificate_bound_access_tokens: _, ...metadata } = server.metadata
      return { ...target, server: { ...server, metadata } }
    }
    const results = await runCase(certificateCase, { defects: ['certificate-ignored'], retarget, only: petStore })
    assert.deepEqual(variantsOf(results, 'fail'), [])
    assert.deepEqual(variantsOf(results, 'warn'), [])
  })

  test('RFC 8705 §3: an API that takes no such tokens is not judged', async () => {
    const results = await runBehind(certificateCase, () => answerOf(401), { only: petStore })
    assert.equal(variantsOf(results, 'not_applicable').length, 7)
  })

  test('RFC 9440 §2: the header holds the certificate as proxies write it', async () => {
    const seen: SentRequest[] = []
    await runBehind(certificateCase, request => void seen.push(request), { only: petStore })
    const valueOf = (name: string) => seen.flatMap(({ headers }) => fieldValues(headers, name))[0] ?? ''
    assert.match(valueOf('client-cert'), /^:[A-Za-z0-9+/]+=*:$/)
    assert.match(valueOf('x-client-cert'), /^-----BEGIN%20CERTIFICATE-----%0A/)
    assert.match(valueOf('x-forwarded-client-cert'), /^Cert="-----BEGIN/)
  })

  const certificate = makeShownCertificate({ commonName: 'app' }, createSecretLedger())
  const withCertificate = (target: Target): Target => {
    const { server = assert.fail('there is a server') } = target
    const clients = server.clients.map(client => ({
      ...client,
      credential: { method: 'tls_client_auth', certificate } as const,
    }))
    return withoutTestIssuer({ ...target, server: { ...server, clients } })
  }

  test("RFC 8705 §3: without a test issuer the client's own certificate is used", async () => {
    const results = await runBehind(
      certificateCase,
      request => answerOf(request.certificate === certificate ? 200 : 401, bearer),
      {
        only: petStore,
        retarget: withCertificate,
        change: context => ({
          ...context,
          tokens: { ...context.tokens, token: unbound(context.tokens) },
        }),
      },
    )
    assert.equal(variantsOf(results, 'pass').length, 7)
  })

  const bearer = [['www-authenticate', 'Bearer']] as const

  test('RFC 8705 §3: without either there is nothing to try', () => {
    assert.match(skipsOf(certificateCase, { retarget: withoutTestIssuer })[0]?.reason ?? '', /neither a test issuer/)
  })
})
