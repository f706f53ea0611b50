import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokenEndpoint } from '../../endpoints/token.ts'
import type { Feature } from '../../feature.ts'
import { ServerOptionsError } from '../../options-error.ts'
import { createServer } from '../../server.ts'
import { inventory, pets } from '../../testing/catalogue.ts'
import { revoke } from '../../testing/client-requests.ts'
import { clientSecret } from '../../testing/clients.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { postToken, redeem, tokensOf } from '../../testing/token-requests.ts'
import { type TestWorld, testWorld } from '../../testing/world.ts'
import {
  exchange,
  exchangeCatalogue,
  exchangeForm,
  exchangeWorld,
  ownToken,
  policy,
  subjectToken,
} from './testing/exchange-world.ts'
import { tokenExchange } from './token-exchange.ts'
import { tokenTypes } from './token-type.ts'

type Changes = Parameters<typeof exchange>[2]

const refused: readonly (readonly [string, Changes, string])[] = [
  ['RFC 8693 §2.1: no subject token', { subject_token: undefined }, '400 invalid_request'],
  ['RFC 8693 §2.1: no type of the subject token', { subject_token_type: undefined }, '400 invalid_request'],
  ['RFC 8693 §2.1: an actor token without its type', { actor_token: 'at_x' }, '400 invalid_request'],
  [
    'RFC 8693 §2.1: the type of an actor token that is not there',
    { actor_token_type: tokenTypes.accessToken },
    '400 invalid_request',
  ],
  ['RFC 8693 §2.2.2: a subject token that is unknown', { subject_token: 'at_unknown' }, '400 invalid_request'],
  ['RFC 8693 §2.2.2: a JWT of somebody else', { subject_token: 'eyJhbGciOiJub25lIn0.e30.x' }, '400 invalid_request'],
  ['RFC 8693 §2.2.2: an ID token as subject token', { subject_token_type: tokenTypes.idToken }, '400 invalid_request'],
  [
    'RFC 8693 §2.2.2: a refresh token as subject token',
    { subject_token_type: tokenTypes.refreshToken },
    '400 invalid_request',
  ],
  [
    'RFC 8693 §2.1: a refresh token is asked for',
    { requested_token_type: tokenTypes.refreshToken },
    '400 invalid_request',
  ],
  ['RFC 8693 §2.1: an ID token is asked for', { requested_token_type: tokenTypes.idToken }, '400 invalid_request'],
  [
    'RFC 8693 §2.1: an identity assertion where nobody makes them',
    { requested_token_type: tokenTypes.identityAssertion },
    '400 invalid_request',
  ],
  ['RFC 8693 §2.2.2: an audience that is not known', { audience: 'https://other.example' }, '400 invalid_target'],
  ['RFC 8693 §2.2.2: an audience for which there is no policy', { audience: pets }, '400 invalid_target'],
  ['RFC 8693 §2.1: two audiences', { audience: [inventory, pets] }, '400 invalid_target'],
  ['RFC 8693 §2.1: an audience and another resource', { resource: pets }, '400 invalid_target'],
  ['RFC 8693 §2.1: scope that the subject token does not hold', { scope: 'write_pets' }, '400 invalid_scope'],
  ['RFC 8693 §2.1: scope of another resource', { scope: 'read_pets' }, '400 invalid_scope'],
  ['RFC 8693 §2.1: the login does not pass', { scope: 'openid' }, '400 invalid_scope'],
  ['RFC 8693 §2.1: unknown scope', { scope: 'fly' }, '400 invalid_scope'],
  ['RFC 8693 §2.1: malformed scope', { scope: 'order  order:items' }, '400 invalid_scope'],
]
for (const [name, changes, outcome] of refused)
  test(`${name} is ${outcome}`, async () => {
    const world = await exchangeWorld()
    assert.equal(outcomeOf(await exchange(world, await subjectToken(world), changes)), outcome)
  })

for (const [name, form] of [
  ['subject_token_type', { subject_token_type: undefined }],
  ['actor_token_type', { actor_token: 'at_x' }],
] as const)
  test(`RFC 8693 §2.1: without \`${name}\` the client is told what is missing`, async () => {
    const world = await exchangeWorld()
    const { error_description } = bodyOf(await exchange(world, await subjectToken(world), form))
    assert.equal(error_description, `\`${name}\` is missing`)
  })

test('RFC 8693 §2.2.2: a user who is deleted while their token is exchanged is 400 invalid_request', async () => {
  const world = await exchangeWorld()
  const form = exchangeForm(await subjectToken(world), {})
  const context = { ...world.context, store: { ...world.context.store, findUser: async () => undefined } }
  const sent = request({ path: '/token', form, basic: ['pets-api', clientSecret] })
  assert.equal(outcomeOf(await tokenEndpoint.handle(context, world.exchange(sent))), '400 invalid_request')
})

test('RFC 8693 §2.2.2: an expired or revoked subject token is 400 invalid_request', async () => {
  const world = await exchangeWorld()
  const revoked = await subjectToken(world)
  await revoke(world, { token: revoked })
  assert.equal(outcomeOf(await exchange(world, revoked)), '400 invalid_request')
  const expired = await subjectToken(world)
  world.clock.advance(601)
  assert.equal(outcomeOf(await exchange(world, expired)), '400 invalid_request')
})

test('RFC 8693 §5: a client without a policy is 400 unauthorized_client', async () => {
  const world = await exchangeWorld()
  assert.equal(outcomeOf(await exchange(world, await subjectToken(world), {}, 'bystander')), '400 unauthorized_client')
})

test('RFC 8693 §5: a public client is 400 unauthorized_client, whatever its policy', async () => {
  const world = await exchangeWorld({ policies: [policy({ client: 'open' })] })
  const form = { ...exchangeForm(await subjectToken(world), {}), client_id: 'open' }
  assert.equal(outcomeOf(await postToken(world, form, null)), '400 unauthorized_client')
})

test('RFC 8693 §5: a token that this client neither got nor receives is 400 invalid_request', async () => {
  const world = await exchangeWorld({ policies: [policy({ subjectAudience: [inventory] })] })
  assert.equal(outcomeOf(await exchange(world, await subjectToken(world))), '400 invalid_request')
  const alone = await exchangeWorld({ policies: [{ client: 'pets-api', audience: inventory, mode: 'delegation' }] })
  assert.equal(outcomeOf(await exchange(alone, await subjectToken(alone))), '400 invalid_request')
})

test('RFC 8693 §2.2.2: what is told of a token that will not do is the same for each reason', async () => {
  const world = await exchangeWorld({ policies: [policy({ subjectAudience: [] })] })
  const token = await subjectToken(world)
  const words = async (text: string) => bodyOf(await exchange(world, text))['error_description']
  assert.equal(await words(token), await words('at_unknown'))
})

test('RFC 8693 §2.1: an actor token where there is no actor is 400 invalid_request', async () => {
  const world = await exchangeWorld({ policies: [policy({ mode: 'impersonation' })] })
  const actor = { actor_token: await ownToken(world, 'pets-api'), actor_token_type: tokenTypes.accessToken }
  assert.equal(outcomeOf(await exchange(world, await subjectToken(world), actor)), '400 invalid_request')
})

test('RFC 8693 §2.1: an actor who is wanted and not there is 400 invalid_request', async () => {
  const world = await exchangeWorld({ policies: [policy({ actors: ['agent'] })] })
  assert.equal(outcomeOf(await exchange(world, await subjectToken(world))), '400 invalid_request')
})

const actors: readonly (readonly [string, (world: TestWorld) => Promise<string>, string?])[] = [
  ['RFC 8693 §2.2.2: an actor token that is unknown', async () => 'at_unknown'],
  ['RFC 8693 §2.2.2: an actor token of another type', world => ownToken(world, 'agent'), tokenTypes.idToken],
  ['RFC 8693 §2.2.2: an actor token of a client that may not act', world => ownToken(world, 'bystander')],
  [
    'RFC 8693 §2.2.2: an actor token for a resource that this client is not',
    world => ownToken(world, 'agent', 'order'),
  ],
  ['RFC 8693 §2.2.2: a user’s token as actor token', world => subjectToken(world)],
  [
    'RFC 8693 §2.2.2: an actor token that was itself exchanged',
    async world =>
      tokensOf(await exchange(world, await ownToken(world, 'agent'), { audience: pets }, 'agent')).access_token,
  ],
]
for (const [name, actorToken, type = tokenTypes.accessToken] of actors)
  test(`${name} is 400 invalid_request`, async () => {
    const selfService = { client: 'agent', audience: pets, mode: 'impersonation' } as const
    const world = await exchangeWorld({ policies: [policy({ actors: ['agent', 'web'] }), selfService] })
    const actor = { actor_token: await actorToken(world), actor_token_type: type }
    assert.equal(outcomeOf(await exchange(world, await subjectToken(world), actor)), '400 invalid_request')
  })

/** A way to prove a key for tests: the header says which one. */
const keys: Feature = {
  name: 'keys',
  senderBindings: [
    {
      member: 'jkt',
      prove: async (_context, { request: { headers } }) => {
        const jkt = headers['x-key']
        return typeof jkt === 'string' ? { confirmation: { jkt } } : {}
      },
    },
  ],
}

/** Sends a form to the token endpoint with a proof of a key. */
function prove(
  world: TestWorld,
  form: Readonly<Record<string, string | undefined>>,
  by: readonly [client: string, key?: string | undefined],
) {
  const [client, key] = by
  const headers = key === undefined ? {} : { 'x-key': key }
  const sent = request({ path: '/token', form, basic: [client, clientSecret], headers })
  return tokenEndpoint.handle(world.context, world.exchange(sent))
}

const selfPolicy = { client: 'agent', audience: pets, mode: 'impersonation' } as const

test('RFC 8693 §5: a bound subject token is exchanged only by who proves its key, and so is the new one bound', async () => {
  const world = await exchangeWorld({ policies: [selfPolicy], features: [keys] })
  const form = { grant_type: 'client_credentials', scope: 'read_pets' }
  const token = tokensOf(await prove(world, form, ['agent', 'key-a'])).access_token
  const ask = (key?: string) => prove(world, { ...exchangeForm(token, {}), audience: pets }, ['agent', key])
  assert.equal(outcomeOf(await ask()), '400 invalid_request')
  assert.equal(outcomeOf(await ask('key-b')), '400 invalid_request')
  const exchanged = await ask('key-a')
  assert.equal(bodyOf(exchanged)['token_type'], 'DPoP')
})

test('RFC 8693 §5: a resource that received a bound token proves a key of its own, where it is trusted at all', async () => {
  const received = (trust: boolean) =>
    policy({ ...(trust && { dangerouslyAcceptUnprovenSubject: true }), mode: 'impersonation' })
  for (const trust of [false, true]) {
    const world = await exchangeWorld({ policies: [received(trust)], features: [keys] })
    const form = { grant_type: 'client_credentials', scope: 'adopt' }
    const token = tokensOf(await prove(world, form, ['agent', 'key-a'])).access_token
    const ask = (key?: string) => prove(world, exchangeForm(token, {}), ['pets-api', key])
    assert.equal(outcomeOf(await ask()), '400 invalid_request')
    assert.equal(outcomeOf(await ask('key-of-api')), trust ? '200' : '400 invalid_request')
  }
})

test('RFC 8693 §5: a client that trusts itself proves the key of its own token all the same', async () => {
  const world = await exchangeWorld({
    policies: [{ ...selfPolicy, dangerouslyAcceptUnprovenSubject: true }],
    features: [keys],
  })
  const form = { grant_type: 'client_credentials', scope: 'read_pets' }
  const token = tokensOf(await prove(world, form, ['agent', 'key-a'])).access_token
  const asked = { ...exchangeForm(token, {}), audience: pets }
  assert.equal(outcomeOf(await prove(world, asked, ['agent', 'key-b'])), '400 invalid_request')
})

test('RFC 8693 §2.2.2: a bound actor token wants its key proved', async () => {
  const world = await exchangeWorld({ policies: [policy({ actors: ['agent'] })], features: [keys] })
  const own = { grant_type: 'client_credentials', scope: 'read_pets' }
  const actor = tokensOf(await prove(world, own, ['agent', 'key-a'])).access_token
  const subject = (await redeem(world, { scope: 'adopt' })).access_token
  const form = { ...exchangeForm(subject, {}), actor_token: actor, actor_token_type: tokenTypes.accessToken }
  assert.equal(outcomeOf(await prove(world, { ...form, audience: inventory }, ['pets-api'])), '400 invalid_request')
  assert.equal(outcomeOf(await prove(world, { ...form, audience: inventory }, ['pets-api', 'key-a'])), '200')
})

test('policies that name what is not there, or twice the same, keep the server from starting', async () => {
  const { options } = await testWorld({ catalogue: exchangeCatalogue })
  const policies = [
    policy({ audience: ['https://other.example'], scope: ['fly'], subjectAudience: ['https://x.example'] }),
    policy(),
    policy({ mode: 'impersonation', actors: ['agent'] }),
  ]
  const features = [tokenExchange({ policies, audiences: { stock: 'https://y.example' }, mostActors: 0 })]
  assert.throws(
    () => createServer({ ...options, features }),
    (error: unknown) => {
      assert.ok(error instanceof ServerOptionsError)
      assert.deepEqual(
        error.problems.map(({ path }) => path.replace('features.tokenExchange.', '')),
        [
          'policies[0].audience',
          'policies[0].subjectAudience',
          'policies[0].scope',
          'policies[2]',
          'policies[2].actors',
          'audiences.stock',
          'mostActors',
        ],
      )
      return true
    },
  )
})
