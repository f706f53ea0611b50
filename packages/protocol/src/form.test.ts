import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isRefusal } from './errors.ts'
import { type Parameters, parseBody, parseForm } from './form.ts'
import type { HttpRequest } from './http.ts'
import { printForm } from './print-form.ts'

const post = (body: string | undefined, contentType: string | readonly string[] | undefined): HttpRequest => ({
  method: 'POST',
  path: '/token',
  query: '',
  headers: { 'content-type': contentType },
  body,
  remoteAddress: '127.0.0.1',
})
const form = 'application/x-www-form-urlencoded'

function parsed(text: string): Parameters {
  const result = parseForm(text)
  assert.ok(!isRefusal(result))
  return result
}

function refusal(result: ReturnType<typeof parseForm>): string {
  assert.ok(isRefusal(result))
  assert.equal(result.error, 'invalid_request')
  return result.description
}

test('RFC 6749 App. B: escapes and plus signs are decoded as UTF-8', () => {
  assert.equal(parsed('a=%C3%BC+%2B&b=x%3Dy=z').get('a'), 'ü +')
  assert.equal(parsed('b=x%3Dy=z').get('b'), 'x=y=z')
})

test('RFC 6749 App. B: what is printed is parsed back', () => {
  const value = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter(text => text.isWellFormed() && !text.includes('\0'))
  fc.assert(
    fc.property(
      value,
      value,
      (name, text) => parsed(printForm({ [name]: text, absent: undefined })).get(name) === text,
    ),
  )
})

test('RFC 6749 §3.1: a parameter without a value counts as omitted', () => {
  assert.equal(parsed('state=&x').get('state'), undefined)
  assert.equal(parsed('state=&x').get('x'), undefined)
  assert.deepEqual(parsed('state=&x').names, ['state', 'x'])
})

test('RFC 6749 §3.2: a parameter that was sent twice is invalid_request', () => {
  assert.match(refusal(parseForm('code=a&code=b')), /`code` was sent more than once/)
  assert.match(refusal(parseForm('code=a&code=')), /more than once/)
})

test('RFC 8707 §2: resource may repeat where the caller says so', () => {
  const result = parseForm('resource=a&resource=b&resource=', { repeatable: ['resource'] })
  assert.ok(!isRefusal(result))
  assert.deepEqual(result.all('resource'), ['a', 'b'])
  assert.equal(result.get('resource'), 'a')
  assert.deepEqual(result.all('other'), [])
})

for (const broken of ['a=%', 'a=%zz', 'a=%ff', '%c3=x', 'a=%00', 'a=\0'])
  test(`RFC 6749 App. B: the broken encoding ${JSON.stringify(broken)} is invalid_request`, () => {
    assert.match(refusal(parseForm(broken)), /not valid application/)
  })

test('RFC 6749 §3.2: sizes beyond the limits are invalid_request', () => {
  const limits = { maxLength: 20, maxParameters: 3 }
  assert.match(refusal(parseForm('a'.repeat(21), { limits })), /longer than 20/)
  assert.match(refusal(parseForm('a=1&b=2&c=3&d=4', { limits })), /more than 3/)
  assert.ok(!isRefusal(parseForm('a'.repeat(20), { limits })))
  assert.ok(!isRefusal(parseForm('a=1&b=2&c=3', { limits })))
})

test('RFC 6749 §3.2: a body that is no form is invalid_request', () => {
  for (const type of ['application/json', undefined, 'multipart/form-data', `${form}2`, [form, form]])
    assert.match(refusal(parseBody(post('a=b', type))), /must be application/)
  assert.match(refusal(parseBody(post(undefined, form))), /too large or not UTF-8/)
  const result = parseBody(post('a=b', 'Application/X-WWW-Form-Urlencoded; charset=UTF-8'))
  assert.ok(!isRefusal(result))
  assert.equal(result.get('a'), 'b')
})

test('RFC 6749 §3.1: any text is parsed or refused, never thrown', () => {
  fc.assert(fc.property(fc.string(), text => typeof parseForm(text) === 'object'))
})

test('RFC 6749 §3.1: beside a parameter without a value the one with a value counts, however it is read', () => {
  const parameters = parseForm('scope=&scope=admin&resource=&resource=', { repeatable: ['scope', 'resource'] })
  assert.ok(!isRefusal(parameters))
  assert.deepEqual([parameters.get('scope'), parameters.all('scope')], ['admin', ['admin']])
  assert.deepEqual([parameters.get('resource'), parameters.all('resource')], [undefined, []])
})
