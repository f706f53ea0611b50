import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeCrypto } from '@ambit/server'
import { checkConfig } from '../config/check-config.ts'
import { configHash } from './config-hash.ts'

const issuer = 'https://as.example'
const client = { clientId: 'app', redirectUris: ['https://app.example/cb'], scope: ['read_pets'] }
const base = {
  issuer,
  catalogue: { scopes: { read_pets: { title: 'See' }, write_pets: {} } },
  clients: [client, { clientId: 'job', secret: 'a-secret-of-a-job', scope: ['read_pets'] }],
  users: [{ username: 'ada', password: 'correct horse' }],
}

const hashOf = (changes: object, at = issuer) =>
  configHash(checkConfig({ ...base, ...changes }, { environment: {}, directory: '/' }), at, nodeCrypto())

test('nodes may differ in where they listen, log and keep things', () => {
  for (const changes of [
    { port: 4_001 },
    { host: '127.0.0.1' },
    { store: 'other.db' },
    { workers: 2 },
    { log: { level: 'debug' } },
    { trustedProxies: ['10.0.0.1'] },
    { metricsPort: 9_000 },
    { clients: [...base.clients].reverse() },
  ])
    assert.equal(hashOf(changes), hashOf({}), JSON.stringify(changes))
})

test('nodes must not differ in anything that decides what is issued to whom', () => {
  const hashes = [
    {},
    { catalogue: { scopes: { read_pets: { title: 'See all' }, write_pets: {} } } },
    { clients: [client] },
    { clients: [{ ...client, scope: ['write_pets'] }, base.clients[1]] },
    { users: [] },
    { ttl: { code: 30 } },
    { keys: { algorithms: ['EdDSA'] } },
    { keys: { sealingKey: 'A'.repeat(43) } },
    { features: { pushedRequests: true } },
    { features: { dpop: { clockSkew: 20 } } },
  ].map(changes => hashOf(changes))
  assert.equal(new Set([...hashes, hashOf({}, 'http://localhost:4000')]).size, hashes.length + 1)
})

test('a secret is no part of it, so that nobody can try secrets on it', () => {
  assert.equal(hashOf({ users: [{ username: 'ada', password: 'battery staple' }] }), hashOf({}))
  const clients = [client, { ...base.clients[1], secret: 'another-secret-of-a-job' }]
  assert.equal(hashOf({ clients }), hashOf({}))
})
