// RFC 9101 §5.2.1, §6.2, §10.3, §10.4
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { publicKeyTexts } from '../../node/forge-jws.ts'
import { makeKeyPair, naturalAlg } from '../../node/signing-key.ts'
import type { TestClient } from '../../target/target.ts'
import { besideObject, type ObjectChange } from '../../tokens/signed-request.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { judgeFront } from './authorization-judge.ts'
import { keyOf } from './client-assertion.ts'
import { requestObject, takesRequestObjects, withMode } from './request-object.ts'
import { type ClientTrial, codeClient } from './server-case.ts'
import { authorizationRequest, deliver, givesSomething, wordsOf } from './server-flow.ts'
import type { ServerContext } from './server-trial.ts'
import { isOfUsers } from './token-ask.ts'
import { finding, pass } from './token-refusal.ts'
import { clientTrials, serverCase } from './token-trial.ts'

const objectText: CaseText = {
  id: 'AS-JAR-01',
  title: 'a bad signed request',
  why: 'The signature says that the client, and not whoever sat in between, wrote the request. A request that is signed by nobody, old or for another server says nothing.',
  remedy:
    'Verify signature, key, `iss`, `aud` and `exp` of request objects, with the client’s registered keys and algorithm only.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9101 §6.2', 'RFC 9101 §10', 'RFC 8725 §3.1'],
  tags: ['jar', 'jwt'],
}

/** AS-JAR-01: request objects with one mistake each. */
const badRequestObject: TestCase = serverCase(objectText, server => {
  if (!takesRequestObjects(server)) return 'the server takes no signed requests'
  return clientTrials(server, [
    badly('alg none', () => ({ header: { alg: 'none' } })),
    badly('another key', ({ secrets }, client) => ({ key: makeKeyPair(naturalAlg(keyOf(client).publicJwk), secrets) })),
    badly('HS256 with the public key', (_, client) => ({
      header: { alg: 'HS256' },
      key: { secret: publicKeyTexts(keyOf(client).publicJwk).pem },
    })),
    badly('expired', ({ now }) => ({
      claims: { iat: seconds(now) - 3600, nbf: seconds(now) - 3600, exp: seconds(now) - 600 },
    })),
    badly('aud of another server', () => ({ claims: { aud: 'https://other.tester.test' } })),
    badly('no exp', () => ({ claims: { exp: undefined } })),
    badly('iss of another client', (_, client) => ({ claims: { iss: `${client.clientId}-other` } })),
  ])
})

function seconds(now: () => number): number {
  return Math.floor(now() / 1000)
}

function badly(variant: string, change: (context: ServerContext, client: TestClient) => ObjectChange): ClientTrial {
  return {
    variant,
    client: {
      fits: client => isOfUsers(client) && 'key' in client.credential,
      lacks: 'it needs a client for users with a key (`private_key_jwt`) that signs its requests; configure one',
    },
    hasControl: false,
    run: (context, client) => tryObject(context, client, { variant, change: change(context, client) }),
  }
}

type Trying = { readonly variant: string; readonly change: ObjectChange }

async function tryObject(context: ServerContext, client: TestClient, { variant, change }: Trying): Promise<Judgement> {
  const send = async (each?: ObjectChange) => {
    const { pairs } = await authorizationRequest(context, client)
    const asked = withMode(pairs, client)
    return deliver(context, client, besideObject(asked, requestObject(context, client, asked, each)))
  }
  const outcome = await send(change)
  const sent = `a signed request with the mistake “${variant}”`
  const judgement = judgeFront(outcome, { sent, client, errors: ['invalid_request_object'], mayShowPage: true })
  // the standard wants `exp` of nobody, only its security profiles do
  if (judgement.verdict === 'fail') return variant === 'no exp' ? { ...judgement, verdict: 'warn' } : judgement
  const control = await send()
  if (givesSomething(control)) return judgement
  return inconclusive(`${judgement.reason}, but so is a good one: ${wordsOf(control)}`)
}

const fetchText: CaseText = {
  id: 'AS-JAR-02',
  title: 'a request that the server is to fetch',
  why: 'A server that fetches whatever address it is given reaches what only it can reach: inner services and the cloud’s own data.',
  remedy:
    'Take `request_uri` only from your own endpoint for pushed requests, or fetch addresses that the client has registered.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9101 §10.4', 'OWASP API7:2023'],
  tags: ['jar', 'ssrf'],
}

/** AS-JAR-02: an address that nobody registered. */
const fetchedRequest: TestCase = serverCase(fetchText, [
  {
    client: codeClient,
    run: async (context, client) => {
      const address = context.canary.url('request')
      const { pairs } = await authorizationRequest(context, client)
      const kept = pairs.filter(([name]) => ['client_id', 'response_type', 'scope'].includes(name))
      const outcome = await context.server.authorize([...kept, ['request_uri', address]], { isIdle: true })
      if (context.canary.hits(address) > 0)
        return finding('fail', {
          reason: 'the server fetched an address from the request that nobody had registered',
          complaint: 'fetched',
        })
      if (givesSomething(outcome))
        return finding('fail', { reason: 'a request that could not be read came to a code', complaint: 'accepted' })
      if (outcome.kind === 'stuck') return inconclusive(`nobody can tell what became of the request: ${outcome.reason}`)
      return pass(`an address in \`request_uri\` that nobody registered was not fetched; ${wordsOf(outcome)}`)
    },
  },
])

/** AS-JAR-01 and AS-JAR-02: signed requests. */
export const requestObjectCases: readonly TestCase[] = [badRequestObject, fetchedRequest]
