import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { checkConfig } from './check-config.ts'
import { defineConfig } from './declaration.ts'
import { withOpenIdScopes } from './openid-scopes.ts'

const catalogue = { scopes: { read_pets: {}, 'account:{id}:read': { parameters: { id: 'string' } } } } as const

test('the scopes of clients and users are typed by the catalogue', () => {
  const config = defineConfig({
    catalogue,
    clients: [
      { clientId: 'app', redirectUris: ['https://a.example'], scope: ['openid', 'read_pets', 'account:7:read'] },
    ],
    users: [{ username: 'ada', password: 'x', scope: ['read_pets'] }],
  })
  assert.equal(
    checkConfig(config, { environment: {}, directory: '/' }).clients[0]?.scope,
    'openid read_pets account:7:read',
  )
  // @ts-expect-error a misspelt scope does not compile
  defineConfig({ catalogue, clients: [{ clientId: 'app', scope: ['read_pet'] }] })
  // @ts-expect-error nor does one of a user
  defineConfig({ catalogue, users: [{ username: 'ada', scope: ['read_pet'] }] })
  // @ts-expect-error nor a member that does not exist
  defineConfig({ catalogue, isuer: 'https://as.example' })
})

test('the same holds for a catalogue that is made already', () => {
  const made = defineScopes(withOpenIdScopes(catalogue))
  const config = defineConfig({
    catalogue: made,
    users: [{ username: 'ada', password: 'x', scope: ['openid', 'read_pets'] }],
  })
  assert.equal(config.catalogue, made)
  // @ts-expect-error a misspelt scope does not compile
  defineConfig({ catalogue: made, users: [{ username: 'ada', scope: ['read_pet'] }] })
})

test('a made catalogue with the scopes of OpenID Connect knows what implies what', () => {
  const made = defineScopes(
    withOpenIdScopes({
      verbs: ['read', 'write'],
      scopes: {
        read_pets: { risk: 'ordinary' },
        write_pets: { implies: ['read_pets', 'email'], grantTypes: ['authorization_code'] },
        'account:{id}:read': { parameters: { id: 'string' } },
        'account:read': { coversInstances: ['account:{id}:read'] },
        email: { title: 'Our words' },
      },
    }),
  )
  assert.ok(made.covers(made.set('write_pets'), made.set('read_pets', 'email')))
  // @ts-expect-error a misspelt scope does not compile
  assert.throws(() => made.set('write_pet'), RangeError)
  // @ts-expect-error nor a misspelt name in `implies`
  assert.throws(() => defineScopes(withOpenIdScopes({ scopes: { a: { implies: ['emial'] } } })))
})

test('features, their options and profiles are typed, and spans of features are plain numbers', () => {
  const features = { dpop: true, pushedRequests: { ttl: 90 }, requestObjects: { lifetime: 600 } } as const
  const config = defineConfig({ catalogue, profile: 'oauth2.1', features })
  const read = checkConfig(config, { environment: {}, directory: '/' })
  assert.deepEqual(
    read.features.map(({ name }) => name),
    ['dpop', 'pushedRequests', 'requestObjects'],
  )
  // @ts-expect-error a feature that does not exist does not compile
  defineConfig({ catalogue, features: { dpopp: true } })
  // @ts-expect-error nor does an option that its feature does not have
  defineConfig({ catalogue, features: { dpop: { ttl: 90 } } })
  // @ts-expect-error nor a profile that does not exist
  defineConfig({ catalogue, profile: 'fapi' })
})
