import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeUser } from './testing/records.ts'
import { emailMark, foldEmail, foldedEmailOf, hasEmailMark, userColumns, verifiedEmail } from './user-email.ts'

test('RFC 9493 §3.2.2: addresses are compared in lower case', () => {
  assert.equal(foldEmail('Ada@EXAMPLE.org'), 'ada@example.org')
  assert.equal(foldEmail('ÄDA@пРИМЕР.рф'), 'äda@пример.рф')
})

test('what cannot be an address is nobody’s, in no store', () => {
  for (const text of ['', 'a\0@example.org', 'a\ud800@example.org', 'a'.repeat(513)])
    assert.equal(foldEmail(text), undefined, JSON.stringify(text.slice(0, 20)))
  assert.equal(foldEmail('A'.repeat(512)), 'a'.repeat(512))
})

test('OpenID Connect Core §5.1: an address counts where it is verified', () => {
  const of = (claims: Readonly<Record<string, unknown>>) => verifiedEmail({ claims })
  assert.equal(of({ email: 'Ada@example.org', email_verified: true }), 'ada@example.org')
  for (const claims of [
    { email: 'ada@example.org' },
    { email: 'ada@example.org', email_verified: 'true' },
    { email: ['ada@example.org'], email_verified: true },
    { email_verified: true },
    {},
  ])
    assert.equal(of(claims), undefined, JSON.stringify(claims))
})

test('a row that this program wrote is told from one that another wrote, and both are read alike', () => {
  const { userId, ...user } = makeUser({ claims: { email: 'Ada@example.org', email_verified: true } })
  const { data, foldedEmail } = userColumns(user)
  assert.equal(foldedEmail, 'ada@example.org')
  assert.ok(hasEmailMark({ data }) && !hasEmailMark({ data: JSON.stringify(user) }))
  assert.deepEqual(JSON.parse(data), user)
  assert.equal(data, `${emailMark}${JSON.stringify(user)}`)
  for (const text of [data, JSON.stringify(user)])
    assert.equal(foldedEmailOf({ user_id: userId, data: text }), 'ada@example.org')
  assert.equal(userColumns({ ...user, claims: {} }).foldedEmail, null)
})
