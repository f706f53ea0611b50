import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clients, testClient, users } from '../testing/clients.ts'
import { testWorld } from '../testing/world.ts'
import { sectorOf, subjectFor } from './subject.ts'

const { alice, bob } = users

test('OpenID Connect Core §8: a public subject is the same for every client', async () => {
  const { context } = await testWorld()
  assert.equal(await subjectFor(context, clients.web, alice.userId), alice.userId)
})

test('OpenID Connect Core §8.1: a pairwise subject differs by sector and by user, and tells neither', async () => {
  const { context } = await testWorld()
  const other = testClient({ name: 'other', subjectType: 'pairwise', redirectUris: ['https://other.example/'] })
  const here = await subjectFor(context, clients.pairwise, alice.userId)
  assert.match(here, /^[A-Za-z0-9_-]{43}$/)
  assert.notEqual(await subjectFor(context, other, alice.userId), here)
  assert.notEqual(await subjectFor(context, clients.pairwise, bob.userId), here)
  assert.equal(await subjectFor(context, clients.pairwise, alice.userId), here)
})

test('OpenID Connect Core §8.1: clients of one sector see the same subject', async () => {
  const { context } = await testWorld()
  const one = testClient({ name: 'one', subjectType: 'pairwise', sectorIdentifier: 's.example' })
  const two = testClient({ name: 'two', subjectType: 'pairwise', sectorIdentifier: 's.example', redirectUris: [] })
  assert.equal(await subjectFor(context, one, alice.userId), await subjectFor(context, two, alice.userId))
})

test('OpenID Connect Core §8.1: apps whose redirect URIs belong to nobody are no sector together', () => {
  for (const uri of ['app.example:/callback', 'http://127.0.0.1/callback', 'http://localhost/callback'])
    assert.equal(sectorOf(testClient({ name: 'app', applicationType: 'native', redirectUris: [uri] })), 'client:app')
})

test('OpenID Connect Core §8.1: the salt is of this server alone, and stays', async () => {
  const one = await testWorld()
  const two = await testWorld()
  const subject = await subjectFor(one.context, clients.pairwise, alice.userId)
  assert.notEqual(await subjectFor(two.context, clients.pairwise, alice.userId), subject)
  const restarted = { ...one.context, store: { ...one.context.store } }
  assert.equal(await subjectFor(restarted, clients.pairwise, alice.userId), subject)
})

test('OpenID Connect Core §8.1: without a sector identifier the host of the redirect URIs is the sector', () => {
  assert.equal(sectorOf(clients.pairwise), 'app.example')
  const two = ['https://a.example/', 'https://b.example/']
  assert.equal(sectorOf(testClient({ name: 'two', redirectUris: two })), 'client:two')
  assert.equal(sectorOf(testClient({ name: 'none', redirectUris: [] })), 'client:none')
})
