import assert from 'node:assert/strict'
import { test } from 'node:test'
import { argon2Passwords } from './passwords.ts'

const { hash, verify } = argon2Passwords({ memory: 64, passes: 1, parallelism: 1 })

test('RFC 9106 §3.1: a password is right for its hash, and only it', async () => {
  const stored = await hash('pässword')
  assert.match(stored, /^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.equal(await verify('pässword', stored), true)
  assert.equal(await verify('pa\u0308ssword', stored), true)
  assert.equal(await verify('Pässword', stored), false)
  assert.equal(await verify('', stored), false)
})

test('RFC 9106 §3.1: two hashes of one password differ by their salt', async () => {
  assert.notEqual(await hash('x'), await hash('x'))
})

test('RFC 9106 §4: the default costs 19 MiB and two passes', async () => {
  assert.match(await argon2Passwords().hash('x'), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('a hash of another server with other costs is understood', async () => {
  const other = argon2Passwords({ memory: 128, passes: 2, parallelism: 2 })
  assert.equal(await verify('secret', await other.hash('secret')), true)
})

test('a text that is no argon2id hash is never right, and never an exception', async () => {
  const [, , , , salt, tag] = (await hash('x')).split('$')
  for (const text of [
    '',
    'x',
    'plain:x',
    `$argon2i$v=19$m=64,t=1,p=1$${salt}$${tag}`,
    `$argon2id$v=16$m=64,t=1,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=0,t=1,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=64,t=0,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=64,t=1,p=0$${salt}$${tag}`,
    `$argon2id$v=19$m=9999999,t=1,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=64,t=1,p=1$${salt}$`,
    `$argon2id$v=19$m=64,t=1,p=1$${salt}$${tag}$`,
  ])
    assert.equal(await verify('x', text), false, text)
})

test('a password without end is never hashed and never right', async () => {
  await assert.rejects(hash('x'.repeat(1025)), RangeError)
  await assert.rejects(hash(''), RangeError)
  assert.equal(await verify('x'.repeat(1_000_000), await hash('x')), false)
  assert.equal(await verify('x'.repeat(1025), await hash('\0')), false, 'the one that is hashed in its place')
  assert.equal(await verify('ü'.repeat(512), await hash('ü'.repeat(512))), true)
})
