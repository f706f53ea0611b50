import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { findMetadataProblems } from '../../client/metadata-field.ts'
import { ServerOptionsError } from '../../options-error.ts'
import { createServer } from '../../server.ts'
import { consent, logIn, openWorld, sentParameters } from '../../testing/authorize.ts'
import { hiddenFields, pageOf } from '../../testing/browser.ts'
import { inventory, pets } from '../../testing/catalogue.ts'
import { clientSecret, password } from '../../testing/clients.ts'
import {
  account,
  answer,
  askFor,
  choicesOf,
  codeFor,
  detailClients,
  detailTypes,
  openDetails,
  payment,
  redeem,
  refresh,
  shownDetails,
  stamp,
  visit,
} from '../../testing/details.ts'
import { push, pushed, referringQuery } from '../../testing/push.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { pushedRequests } from '../pushed-requests/pushed-requests.ts'
import { authorizationDetails } from './authorization-details.ts'
import type { DetailTypes } from './detail-type.ts'

test('RFC 9396 §10: the metadata lists the types, and is silent where nothing reads them', async () => {
  const { server } = await openDetails()
  assert.deepEqual(server.metadata.authorization_details_types_supported, ['payment', 'account', 'visit', 'stamp'])
  const plain = await openWorld()
  assert.equal(plain.server.metadata.authorization_details_types_supported, undefined)
})

test('RFC 9396 §10: a client registers only types that are declared', async () => {
  const { clientMetadata = [] } = authorizationDetails({ types: detailTypes })
  assert.deepEqual(findMetadataProblems({ authorization_details_types: ['payment'] }, clientMetadata), [])
  for (const bad of [['gift'], 'payment', [1]])
    assert.equal(findMetadataProblems({ authorization_details_types: bad }, clientMetadata).length, 1)
})

test('RFC 9396 §3: a server that reads no details passes the parameter over, as before', async () => {
  const opened = await openWorld()
  const page = await logIn(opened.browser, await opened.authorize({ authorization_details: '[{"type":"payment"}]' }))
  assert.equal(pageOf(page)['details'], undefined)
  const left = await consent(opened.browser, page, ['read_pets'])
  const response = await redeemAs('web', opened, sentParameters(left).get('code') ?? '')
  assert.equal(bodyOf(response)['authorization_details'], undefined)
  assert.equal(bodyOf(response)['scope'], 'openid read_pets')
})

function redeemAs(client: string, opened: Awaited<ReturnType<typeof openWorld>>, code: string) {
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: 'https://app.example/callback',
    code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  }
  return opened.server.handle(request({ path: '/token', form, basic: [client, clientSecret] }))
}

test('RFC 9396 §3: details can be asked for without any scope, and no default scope comes with them', async () => {
  const opened = await openDetails()
  const response = await redeem(opened, await codeFor(opened, [payment]))
  assert.equal(response.status, 200)
  assert.equal('scope' in bodyOf(response), false)
  const claims = decodeJwt(String(bodyOf(response)['access_token']))
  assert.deepEqual(claims['authorization_details'], [payment])
  assert.equal(claims.aud, pets)
  assert.equal('scope' in claims, false)
})

test('RFC 9396 §3.1: details and scope go together, each for itself', async () => {
  const opened = await openDetails()
  const page = await logIn(opened.browser, await askFor(opened, [payment], { scope: 'openid read_pets' }))
  const left = await answer(opened, page, { scope: ['read_pets'] })
  const body = bodyOf(await redeem(opened, sentParameters(left).get('code') ?? ''))
  assert.equal(body['scope'], 'openid read_pets')
  assert.deepEqual(body['authorization_details'], [payment])
})

test('RFC 9396 §3.2: what `resource` names takes nothing from the details, and each token has one resource', async () => {
  const opened = await openDetails()
  const code = await codeFor(opened, [payment, account], { resource: pets })
  assert.equal(outcomeOf(await redeem(opened, code)), '400 invalid_target')
  const first = bodyOf(await redeem(opened, code, { resource: pets }))
  assert.deepEqual(first['authorization_details'], [payment])
  const second = bodyOf(await refresh(opened, first['refresh_token'], { resource: inventory }))
  assert.deepEqual(second['authorization_details'], [account])
})

test('RFC 9396 §2.2: a detail with `locations` counts at each of them', async () => {
  const opened = await openDetails()
  const first = bodyOf(await redeem(opened, await codeFor(opened, [visit]), { resource: inventory }))
  assert.deepEqual(first['authorization_details'], [visit])
  const second = bodyOf(await refresh(opened, first['refresh_token'], { resource: pets }))
  assert.deepEqual(second['authorization_details'], [visit])
})

test('RFC 9396 §2.2: a detail that is for any resource is for the default one', async () => {
  const opened = await openDetails()
  const body = bodyOf(await redeem(opened, await codeFor(opened, [stamp])))
  assert.equal(decodeJwt(String(body['access_token'])).aud, pets)
  assert.deepEqual(body['authorization_details'], [stamp])
})

test('RFC 9396 §5: what is malformed goes to the client as invalid_authorization_details, before anybody logs in', async () => {
  const opened = await openDetails()
  const left = await askFor(opened, [{ type: 'gift' }])
  assert.equal(sentParameters(left).get('error'), 'invalid_authorization_details')
  assert.equal(sentParameters(left).get('state'), 'the state')
})

test('RFC 9396 §5: details that are sent twice are refused', async () => {
  const opened = await openDetails()
  const text = JSON.stringify([payment])
  const left = await opened.authorize({ client_id: 'shop', authorization_details: [text, text] })
  assert.equal(sentParameters(left).get('error'), 'invalid_request')
})

test('RFC 9396 §3: details need a code: the implicit grant carries none', async () => {
  const legacy = { metadata: { authorization_details_types: ['payment'] }, dangerouslyAllowImplicit: true } as const
  const { clients } = await import('../../testing/clients.ts')
  const opened = await openDetails({ dangerouslyAllowImplicit: true, clients: [{ ...clients.legacy, ...legacy }] })
  const left = await opened.authorize({
    client_id: 'legacy',
    response_type: 'token',
    scope: 'read_pets',
    authorization_details: JSON.stringify([payment]),
  })
  assert.equal(sentParameters(left).get('error'), 'invalid_request')
})

test('RFC 9396 §9: the consent page shows every field of each detail, in the words of the operator', async () => {
  const opened = await openDetails()
  const page = await logIn(opened.browser, await askFor(opened, [payment, account, visit]))
  const [first, second, third] = shownDetails(page)
  assert.deepEqual(first, {
    id: '0',
    title: { en: 'Make a payment', de: 'Eine Zahlung ausführen' },
    description: { en: 'Once, from your account' },
    risk: 'dangerous',
    resourceName: 'Pet store',
    fields: [
      { label: { en: 'Amount' }, value: '123.50 EUR' },
      { label: { en: 'To' }, value: 'Merchant A' },
      { label: { en: 'IBAN' }, value: 'DE02100100109307118603' },
    ],
  })
  assert.deepEqual(second?.fields, [
    {
      label: { en: 'What' },
      value: '',
      choices: [
        { value: '[1,"actions","list"]', label: { en: 'List accounts' } },
        { value: '[1,"actions","balance"]', label: { en: 'See balances' } },
      ],
      name: 'choice',
    },
    { label: { en: 'Days back' }, value: '30' },
  ])
  assert.deepEqual(third?.fields[0], { label: { en: 'Where' }, value: 'Pet store, Inventory' })
  assert.equal(third?.fields[2]?.name, undefined)
})

test('RFC 9396 §7: the token response tells what was granted, which is what the user left', async () => {
  const opened = await openDetails()
  const page = await logIn(opened.browser, await askFor(opened, [payment, account]))
  const choice = choicesOf(shownDetails(page)).slice(1)
  const left = await answer(opened, page, { detail: ['1'], choice })
  const code = sentParameters(left).get('code') ?? ''
  const body = bodyOf(await redeem(opened, code, { resource: inventory }))
  assert.deepEqual(body['authorization_details'], [{ ...account, actions: ['balance'] }])
  assert.equal(outcomeOf(await refresh(opened, body['refresh_token'], { resource: pets })), '400 invalid_target')
})

test('RFC 9396 §7: where the user refused all details but not the scope, the response says that none was granted', async () => {
  const opened = await openDetails()
  const page = await logIn(opened.browser, await askFor(opened, [payment], { scope: 'read_pets' }))
  const left = await answer(opened, page, { scope: ['read_pets'], detail: [] })
  const body = bodyOf(await redeem(opened, sentParameters(left).get('code') ?? ''))
  assert.deepEqual(body['authorization_details'], [])
  assert.equal(body['scope'], 'read_pets')
})

const refusals = [
  ['the detail', { detail: [] }],
  ['each choice of it', { choice: [] }],
] as const
for (const [name, ticked] of refusals)
  test(`RFC 9396 §4: who refuses ${name}, and nothing else was asked, refuses the request`, async () => {
    const opened = await openDetails()
    const left = await answer(opened, await logIn(opened.browser, await askFor(opened, [account])), ticked)
    assert.equal(sentParameters(left).get('error'), 'access_denied')
  })

test('RFC 9396 §4: what a form holds beside what was asked grants nothing', async () => {
  const opened = await openDetails()
  const page = await logIn(opened.browser, await askFor(opened, [account]))
  const choice = ['[0,"actions","list"]', '[0,"actions","history"]', '[1,"actions","balance"]']
  const left = await answer(opened, page, { detail: ['0', '1', '7'], choice })
  const body = bodyOf(await redeem(opened, sentParameters(left).get('code') ?? ''))
  assert.deepEqual(body['authorization_details'], [{ ...account, actions: ['list'] }])
})

test('RFC 9396 §12: details are asked about each time, whatever was granted before', async () => {
  const opened = await openDetails()
  await codeFor(opened, [payment])
  assert.equal(pageOf(await askFor(opened, [payment])).page, 'consent')
  const silent = await askFor(opened, [payment], { prompt: 'none' })
  assert.equal(sentParameters(silent).get('error'), 'consent_required')
})

test('RFC 9396 §12: the answer of one user counts for nobody who logs in after them', async () => {
  const opened = await openDetails()
  const page = await logIn(opened.browser, await askFor(opened, [payment]))
  const fields = { ...hiddenFields(pageOf(page)), detail: '0', decision: 'allow' }
  await opened.browser.send({
    method: 'POST',
    path: '/consent',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  const { interaction } = hiddenFields(pageOf(page))
  for (const name of [...opened.browser.cookies.keys()].filter(each => each.includes('session')))
    opened.browser.cookies.delete(name)
  const login = await opened.browser.open('/login')
  await opened.browser.post('/login', { ...hiddenFields(pageOf(login)), username: 'bob', password })
  const next = await opened.browser.open(`/continue?interaction=${interaction}`)
  assert.equal(pageOf(next)['page'], 'consent')
  assert.equal(pageOf(next)['username'], 'bob')
})

test('RFC 9396 §3: a user who may pass on nothing of the scope still decides about the details', async () => {
  const opened = await openDetails()
  const page = await logIn(opened.browser, await askFor(opened, [payment], { scope: 'write_pets' }), 'bob')
  const body = bodyOf(await redeem(opened, sentParameters(await answer(opened, page)).get('code') ?? ''))
  assert.equal('scope' in body, false)
  assert.deepEqual(body['authorization_details'], [payment])
})

test('RFC 9396 §6: a token request can ask for less, and what is left can be had by refreshing', async () => {
  const opened = await openDetails()
  const less = { ...payment, instructedAmount: { currency: 'EUR', amount: '20.00' } }
  const code = await codeFor(opened, [payment])
  const first = bodyOf(await redeem(opened, code, { authorization_details: JSON.stringify([less]) }))
  assert.deepEqual(first['authorization_details'], [less])
  assert.deepEqual(decodeJwt(String(first['access_token']))['authorization_details'], [less])
  const second = bodyOf(await refresh(opened, first['refresh_token']))
  assert.deepEqual(second['authorization_details'], [payment])
})

test('RFC 9396 §8: a token request for more is refused, and spends nothing', async () => {
  const opened = await openDetails()
  const code = await codeFor(opened, [payment])
  const more = { ...payment, instructedAmount: { currency: 'EUR', amount: '999.00' } }
  const forMore = { authorization_details: JSON.stringify([more]) }
  assert.equal(outcomeOf(await redeem(opened, code, forMore)), '400 invalid_authorization_details')
  const first = bodyOf(await redeem(opened, code))
  assert.equal(outcomeOf(await refresh(opened, first['refresh_token'], forMore)), '400 invalid_authorization_details')
  const malformed = await refresh(opened, first['refresh_token'], { authorization_details: '[]' })
  assert.equal(outcomeOf(malformed), '400 invalid_authorization_details')
  assert.equal((await refresh(opened, first['refresh_token'])).status, 200)
})

test('RFC 9396 §8: a token request for details where none were granted is refused', async () => {
  const opened = await openDetails()
  const page = await logIn(opened.browser, await opened.authorize({ client_id: 'shop', scope: 'read_pets' }))
  const code = sentParameters(await answer(opened, page, { scope: ['read_pets'] })).get('code') ?? ''
  const response = await redeem(opened, code, { authorization_details: JSON.stringify([payment]) })
  assert.equal(outcomeOf(response), '400 invalid_authorization_details')
})

test('RFC 9396 §8: a token for a resource of which nothing was granted is refused', async () => {
  const opened = await openDetails()
  const code = await codeFor(opened, [payment, account])
  const forOne = { resource: inventory, authorization_details: JSON.stringify([payment]) }
  assert.equal(outcomeOf(await redeem(opened, code, forOne)), '400 invalid_target')
})

test('RFC 9396 §9.2: introspection tells the details of the token, and no scope where it has none', async () => {
  const opened = await openDetails()
  const body = bodyOf(await redeem(opened, await codeFor(opened, [account])))
  const form = { token: String(body['access_token']) }
  const told = await opened.server.handle(request({ path: '/introspect', form, basic: ['api', clientSecret] }))
  assert.equal(bodyOf(told)['active'], true)
  assert.deepEqual(bodyOf(told)['authorization_details'], [account])
  assert.equal('scope' in bodyOf(told), false)
})

test('RFC 9396 §12: details end with the grant: the user takes it back at home, and no token stays good', async () => {
  const opened = await openDetails()
  const body = bodyOf(await redeem(opened, await codeFor(opened, [account])))
  const home = await opened.browser.open('/')
  const grants = pageOf(home)['grants'] as readonly { client: { clientId: string }; scopes: readonly unknown[] }[]
  assert.deepEqual(
    grants.map(({ client, scopes }) => [client.clientId, scopes.length]),
    [['shop', 0]],
  )
  await opened.browser.post('/account/grant', { ...hiddenFields(pageOf(home)), client_id: 'shop' })
  const form = { token: String(body['access_token']) }
  const told = await opened.server.handle(request({ path: '/introspect', form, basic: ['api', clientSecret] }))
  assert.deepEqual(bodyOf(told), { active: false })
  assert.equal(outcomeOf(await refresh(opened, body['refresh_token'])), '400 invalid_grant')
})

test('RFC 9396 §12: without the grant, details alone are not refreshed, even where its family goes on', async () => {
  const opened = await openDetails()
  const body = bodyOf(await redeem(opened, await codeFor(opened, [account])))
  const { store, clock } = opened.world.options
  const [grant] = await store.listGrants('user-alice' as Parameters<typeof store.listGrants>[0])
  assert.ok(grant)
  await store.removeFromGrant(grant.userId, grant.clientId, ['read_pets'], clock.now())
  assert.equal(outcomeOf(await refresh(opened, body['refresh_token'])), '400 invalid_grant')
  const form = { token: String(body['access_token']) }
  const told = await opened.server.handle(request({ path: '/introspect', form, basic: ['api', clientSecret] }))
  assert.deepEqual(bodyOf(told), { active: false })
})

test('RFC 9396 §3: pushed details are judged when they are pushed, and shown as they were pushed', async () => {
  const opened = await openDetails({ features: [pushedRequests()] })
  const changes = { scope: undefined, client_id: 'shop', authorization_details: JSON.stringify([payment]) }
  const bad = await push(opened, { ...changes, authorization_details: '{}' }, { by: 'shop' })
  assert.equal(outcomeOf(bad), '400 invalid_authorization_details')
  const uri = await pushed(opened, changes, { by: 'shop' })
  const login = await opened.browser.open(`/authorize?${referringQuery(uri, 'shop')}`)
  const page = await logIn(opened.browser, login)
  assert.equal(shownDetails(page)[0]?.fields[1]?.value, 'Merchant A')
})

function byItself(opened: Awaited<ReturnType<typeof openDetails>>, client: string, details: unknown, more = {}) {
  const form = { grant_type: 'client_credentials', authorization_details: JSON.stringify(details), ...more }
  return opened.server.handle(request({ path: '/token', form, basic: [client, clientSecret] }))
}

test('RFC 9396 §6: a client has by itself only details that the operator gives it without a user', async () => {
  const opened = await openDetails()
  const body = bodyOf(await byItself(opened, 'clerk', [stamp]))
  assert.deepEqual(body['authorization_details'], [stamp])
  assert.equal('scope' in body, false)
  assert.equal(outcomeOf(await byItself(opened, 'clerk', [payment])), '400 invalid_authorization_details')
  assert.equal(outcomeOf(await byItself(opened, 'machine', [stamp])), '400 invalid_authorization_details')
})

test('RFC 9396 §6: details that are for another resource than the request names are no reason for a token', async () => {
  const types = { stamp: { ...detailTypes.stamp, resource: inventory } }
  const opened = await openWorld({ clients: detailClients, features: [authorizationDetails({ types })] })
  assert.equal(outcomeOf(await byItself(opened, 'clerk', [stamp], { resource: pets })), '400 invalid_target')
  assert.equal((await byItself(opened, 'clerk', [stamp], { resource: inventory })).status, 200)
})

test('RFC 9396 §6: without details a client has by itself what it had before', async () => {
  const opened = await openDetails()
  const form = { grant_type: 'client_credentials' }
  const plain = await opened.server.handle(request({ path: '/token', form, basic: ['machine', clientSecret] }))
  assert.equal(bodyOf(plain)['scope'], 'read_pets')
  assert.equal('authorization_details' in bodyOf(plain), false)
})

const declared: readonly (readonly [string, DetailTypes, string])[] = [
  ['no types', {}, 'types'],
  ['a name with a space', { 'a b': { title: 'x', fields: {} } }, 'types.a b'],
  ['an unknown resource', { a: { title: 'x', resource: 'https://x.example', fields: {} } }, 'types.a'],
  [
    'a resource, and locations',
    { a: { title: 'x', resource: pets, fields: { locations: { kind: 'locations', label: 'x' } } } },
    'types.a',
  ],
  ['a field `type`', { a: { title: 'x', fields: { type: { kind: 'text', label: 'x' } } } }, 'fields.type'],
  [
    'actions that are a text',
    { a: { title: 'x', fields: { actions: { kind: 'text', label: 'x' } } } },
    'fields.actions',
  ],
  [
    'locations by another name',
    { a: { title: 'x', fields: { where: { kind: 'locations', label: 'x' } } } },
    'fields.where',
  ],
  [
    'a pattern that is none',
    { a: { title: 'x', fields: { b: { kind: 'text', label: 'x', pattern: '(' } } } },
    'fields.b',
  ],
  ['no currencies', { a: { title: 'x', fields: { b: { kind: 'amount', label: 'x', currencies: [] } } } }, 'fields.b'],
  [
    'a most that is no decimal',
    { a: { title: 'x', fields: { b: { kind: 'amount', label: 'x', currencies: ['EUR'], max: '1,5' } } } },
    'fields.b',
  ],
  ['no values', { a: { title: 'x', fields: { b: { kind: 'choices', label: 'x', values: {} } } } }, 'fields.b'],
  [
    'a bad field within a field',
    {
      a: {
        title: 'x',
        fields: { b: { kind: 'object', label: 'x', fields: { c: { kind: 'choices', label: 'x', values: {} } } } },
      },
    },
    'fields.b.c',
  ],
]
for (const [name, types, path] of declared)
  test(`RFC 9396 §2: a declaration that cannot be meant stops the server: ${name}`, async () => {
    const { world } = await openWorld()
    const features = [authorizationDetails({ types })]
    assert.throws(
      () => createServer({ ...world.options, features }),
      (error: unknown) => error instanceof ServerOptionsError && error.problems.every(each => each.path.endsWith(path)),
    )
  })
