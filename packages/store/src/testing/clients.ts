import assert from 'node:assert/strict'
import type { Claim } from './claim.ts'
import {
  makeClient,
  makeClientToken,
  makeCode,
  makeFamily,
  makeGrant,
  makeRef,
  makeRefreshToken,
  makeSpending,
  parseClientId,
  parseFamilyId,
  start,
} from './records.ts'

const app = parseClientId('app')

/** Claims about clients. */
export function clientContract(test: Claim): void {
  test('a saved client is found, every member as it was', async store => {
    const client = makeClient({ uri: 'https://app.example', defaultScope: 'read', dangerouslyAllowImplicit: true })
    await store.saveClient(client)
    assert.deepEqual(await store.findClient('app'), client)
    assert.equal(await store.findClient('other'), undefined)
  })

  test('RFC 7591 §2: a client keeps where its keys are, its sealed secret, and what features know of it', async store => {
    const metadata = {
      dpop_bound_access_tokens: true,
      tls_client_auth_subject_dn: 'CN=app',
      nested: { list: [1, null] },
    }
    const client = makeClient({ jwksUri: 'https://app.example/jwks', sealedSecret: 'sealed', metadata })
    await store.saveClient(client)
    assert.deepEqual(await store.findClient('app'), client)
    assert.deepEqual(await store.listClients(), [client])
  })

  test('saving a client again replaces it', async store => {
    await store.saveClient(makeClient({ uri: 'https://old.example' }))
    assert.deepEqual(await store.findClient('app'), makeClient({ uri: 'https://old.example' }))
    await store.saveClient(makeClient({ name: 'New' }))
    assert.deepEqual(await store.findClient('app'), makeClient({ name: 'New' }))
    assert.deepEqual(await store.listClients(), [makeClient({ name: 'New' })])
  })

  test('a client that was not changed is found as the same object', async store => {
    await store.saveClient(makeClient())
    assert.equal(await store.findClient('app'), await store.findClient('app'))
  })

  test('clients are listed by identifier', async store => {
    for (const id of ['b', 'a', 'c']) await store.saveClient(makeClient({ clientId: parseClientId(id) }))
    const clients = await store.listClients()
    assert.deepEqual(
      clients.map(({ clientId }) => clientId),
      ['a', 'b', 'c'],
    )
  })

  test('a part of the list of clients begins after an identifier, ends after so many, and may be only what is declared', async store => {
    for (const id of ['b', 'a', 'd', 'c'])
      await store.saveClient(makeClient({ clientId: parseClientId(id), ...(id < 'c' && { isDeclared: true }) }))
    const idsOf = async (part: Parameters<typeof store.listClients>[0]) =>
      (await store.listClients(part)).map(({ clientId }) => clientId)
    assert.deepEqual(await idsOf({ limit: 2 }), ['a', 'b'])
    assert.deepEqual(await idsOf({ after: 'b', limit: 2 }), ['c', 'd'])
    assert.deepEqual(await idsOf({ after: 'bb' }), ['c', 'd'])
    assert.deepEqual(await idsOf({ limit: 0 }), [])
    assert.deepEqual(await idsOf({ isDeclared: true }), ['a', 'b'])
    assert.deepEqual(await idsOf({ isDeclared: true, after: 'a' }), ['b'])
    await store.saveClient(makeClient({ clientId: parseClientId('a') }))
    await store.saveClient(makeClient({ clientId: parseClientId('d'), isDeclared: true }))
    assert.deepEqual(await idsOf({ isDeclared: true }), ['b', 'd'])
  })

  test('deleting a client answers whether there was one', async store => {
    await store.saveClient(makeClient())
    assert.equal(await store.deleteClient(app, start), true)
    assert.equal(await store.findClient('app'), undefined)
    assert.equal(await store.deleteClient(app, start), false)
  })

  test('deleting a client revokes its families and no others', async store => {
    await store.saveClient(makeClient())
    await store.saveCode(makeCode())
    const other = { clientId: parseClientId('other'), familyId: parseFamilyId('other') }
    await store.saveCode(makeCode({ ...other, ref: makeRef('other') }))
    await store.deleteClient(app, start)
    assert.equal((await store.findSpendable(makeRef('code'), 'code'))?.family?.revokedAt, start)
    assert.equal((await store.findSpendable(makeRef('other'), 'code'))?.family, undefined)
    assert.deepEqual(await store.exchange(makeSpending(), {}), { kind: 'missing' })
    assert.deepEqual(await store.exchange(makeSpending({ ref: makeRef('other') }), {}), { kind: 'spent' })
  })

  test('deleting a client kills the access tokens that it got for itself', async store => {
    await store.saveClient(makeClient())
    await store.saveClient(makeClient({ clientId: parseClientId('other') }))
    const others = makeClientToken({ ref: makeRef('others'), clientId: parseClientId('other') })
    await store.saveAccessToken(makeClientToken())
    await store.saveAccessToken(others)
    await store.deleteClient(app, start)
    assert.equal(await store.findAccessToken(makeRef('own')), undefined)
    assert.deepEqual(await store.findAccessToken(makeRef('others')), { record: others })
  })

  test('a client registered again under a deleted identifier does not get its access tokens or grants back', async store => {
    await store.saveClient(makeClient())
    await store.saveAccessToken(makeClientToken())
    await store.addToGrant(makeGrant())
    await store.deleteClient(app, start)
    await store.saveClient(makeClient())
    assert.equal(await store.findAccessToken(makeRef('own')), undefined)
    assert.equal(await store.findGrant(makeGrant().userId, app), undefined)
    await store.saveAccessToken(makeClientToken({ ref: makeRef('new') }))
    assert.ok(await store.findAccessToken(makeRef('new')))
  })

  test('an access token saved for itself by a client that is gone is dead', async store => {
    await store.saveAccessToken(makeClientToken())
    assert.equal(await store.findAccessToken(makeRef('own')), undefined)
  })

  test('changing a client leaves its tokens alive', async store => {
    await store.saveClient(makeClient())
    await store.saveAccessToken(makeClientToken())
    const refreshToken = makeRefreshToken()
    await store.saveAccessToken(makeClientToken({ ref: makeRef('second') }), { family: makeFamily(), refreshToken })
    await store.saveClient(makeClient({ name: 'New' }))
    assert.ok(await store.findAccessToken(makeRef('own')))
    const found = await store.findSpendable(makeRef('refresh'), 'refresh_token')
    assert.deepEqual(found, { record: refreshToken, family: makeFamily() })
  })
}
