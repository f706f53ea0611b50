import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bindReference } from '../../call/resolve-schema.ts'
import { createSecretLedger } from '../../secret/secret.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Exchange, HeaderField } from '../../wire/exchange.ts'
import { sampleOperations } from '../testing/sample-operations.ts'
import { createMask, type Mask } from './mask.ts'
import { viewOf } from './schema-kinds.ts'

const jwt =
  'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJtaWEiLCJzY29wZSI6InJlYWRfcGV0cyIsImVtYWlsIjoibWlhQGV4YW1wbGUuY29tIn0.c2lnbmF0dXJlLW9mLXRoaXMtdG9rZW4'

type Parts = {
  readonly headers?: readonly HeaderField[]
  readonly target?: string
  readonly body?: string
  readonly answer?: string
  readonly answerHeaders?: readonly HeaderField[]
}

function exchangeOf({ headers = [], target = '/pets', body, answer = '', answerHeaders = [] }: Parts): Exchange {
  return {
    request: { method: 'GET', origin: 'https://api.example', target, headers, ...(body === undefined ? {} : { body }) },
    sentAt: 0,
    duration: 1,
    kind: 'answered',
    response: { status: 200, headers: answerHeaders, body: answer, isCut: false },
  }
}

function plainMask(): Mask {
  return createMask({ secrets: [] })
}

function answerOf(mask: Mask, parts: Parts, operation?: string): string {
  const { outcome } = mask.exchange(exchangeOf(parts), operation)
  return outcome.kind === 'answered' ? outcome.body : ''
}

function jsonOf(text: string, mask = plainMask()): unknown {
  return JSON.parse(answerOf(mask, { answer: text, answerHeaders: [['content-type', 'application/json']] }))
}

describe('masking: what the run knows', () => {
  test('a secret with blanks is hidden where each of its signs is escaped, and what stands beside it stays', () => {
    const ledger = createSecretLedger()
    const password = ledger.secret('password', 'pa<ss word> & "of" ada').reveal()
    const mask = createMask({ secrets: ledger.all() })
    const all = password.replaceAll(/\W/g, sign => `&#x${sign.codePointAt(0)?.toString(16)};`)
    const some = password.replaceAll(/[^\w ]/g, sign => `&#${sign.codePointAt(0)};`)
    for (const escaped of [all, some]) {
      const shown = answerOf(mask, { answer: `<h1>Hello there</h1>\n<p title="${escaped}">${escaped}</p>` })
      assert.match(shown, /^<h1>Hello there<\/h1>\n.*\[password 1\]/)
      assert.doesNotMatch(shown, /ss.*word\b.*of|ada/)
    }
    assert.doesNotMatch(mask.text(`x ${all}<${some}`), /ada/)
  })

  test('the same secret has the same label in every spelling, and another secret has another', () => {
    const ledger = createSecretLedger()
    const secret = ledger.secret('client secret', 'Zr8k+W2p/Qd"9&')
    const other = ledger.secret('client secret', 'second-secret-77')
    const mask = createMask({ secrets: ledger.all() })
    const text = secret.reveal()
    for (const spelling of [
      text,
      encodeURIComponent(text),
      btoa(`shop:${text}`),
      btoa(text).replaceAll('+', '-').replaceAll('/', '_'),
      JSON.stringify(text).slice(1, -1),
      Buffer.from(text).toString('hex'),
      [...text].reverse().join(''),
      text.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
    ])
      assert.equal(mask.text(`before ${spelling} behind`), 'before [client secret 1] behind', spelling)
    assert.equal(mask.text(other.reveal()), '[client secret 2]')
  })

  test('a secret is hidden however often it is escaped, and the text around it stays', () => {
    const ledger = createSecretLedger()
    const text = ledger.secret('password', 'Zr8k+W2p/Qd9&').reveal()
    const mask = createMask({ secrets: ledger.all() })
    const twice = encodeURIComponent(encodeURIComponent(text))
    for (const spelling of [
      twice,
      encodeURIComponent(twice),
      [...text].map(each => `&#${each.charCodeAt(0)};`).join(''),
      [...text].map(each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
      [...text].map(each => `%${each.charCodeAt(0).toString(16)}`).join(''),
    ])
      assert.equal(mask.text(`a%20b (${spelling}) &amp; behind`), 'a%20b ([password 1]) &amp; behind', spelling)
  })

  test('RFC 6265 §4.1: a secret may be a name as well: of a header field, a cookie, a member, a parameter', () => {
    const ledger = createSecretLedger()
    const text = ledger.secret('access token', 'tok_4f9a0c7be21d').reveal()
    const mask = createMask({ secrets: ledger.all() })
    const named: readonly HeaderField[] = [
      [`x-${text}`, '1'],
      ['Set-Cookie', `${text}=1; Path=/${text}`],
      ['Cookie', `${text}=1; ${text}`],
      ['Location', `/${text}?${text}=1#${text}=2`],
      ['Link', `<https://a/${text}>; rel=x`],
    ]
    const parts = { headers: named, answerHeaders: named, target: `/?${text}=1`, answer: `{"${text}":[{"${text}":1}]}` }
    assert.ok(!JSON.stringify(mask.exchange(exchangeOf(parts))).includes(text))
  })

  test('RFC 7617 §2: of Basic credentials nothing is left, whatever stands in front of the secret', () => {
    const ledger = createSecretLedger()
    const secret = ledger.secret('client secret', 'gh7-plain-secret')
    const mask = createMask({ secrets: ledger.all() })
    for (const id of ['a', 'ab', 'abc', 'abcd', 'a-long-client-id']) {
      const value = `Basic ${btoa(`${id}:${secret.reveal()}`)}`
      const { headers } = mask.exchange(exchangeOf({ headers: [['Authorization', value]] }))
      assert.deepEqual(headers, [['Authorization', 'Basic [client secret 1]']], id)
    }
  })

  test('a short secret or a plain word is hidden where it is a whole value, and told as not searchable', () => {
    const ledger = createSecretLedger()
    ledger.secret('password', 'sunshine')
    ledger.secret('user code', 'K7Q')
    const mask = createMask({ secrets: ledger.all() })
    assert.equal(mask.text('the sunshine of K7Q'), 'the sunshine of K7Q')
    assert.deepEqual(jsonOf('{"a":"sunshine","b":"K7Q","sunshine":"sunshine hours"}', mask), {
      a: '[password 1]',
      b: '[user code 1]',
      sunshine: 'sunshine hours',
    })
    assert.equal(mask.unsearchable.length, 2)
  })

  test('what is wrong with a credential stays to be seen', () => {
    const ledger = createSecretLedger()
    ledger.secret('access token', jwt)
    const mask = createMask({ secrets: ledger.all() })
    const shown = (value: string) => mask.exchange(exchangeOf({ headers: [['authorization', value]] })).headers[0]?.[1]
    assert.equal(shown(`bearer ${jwt}`), 'bearer [access token 1]')
    assert.equal(shown(`Bearer ${jwt}==`), 'Bearer [access token 1]==')
    assert.equal(shown('Bearer '), 'Bearer ')
    assert.equal(shown('Bearer some-other-thing'), 'Bearer [credential 1]')
  })

  test('RFC 7519 §7.2: what a token says is shown, masked, and without its signature', () => {
    const ledger = createSecretLedger()
    ledger.secret('access token', jwt)
    const mask = createMask({ secrets: ledger.all() })
    const { tokens } = mask.exchange(exchangeOf({ headers: [['Authorization', `Bearer ${jwt}`]] }))
    assert.equal(tokens[0]?.label, '[access token 1]')
    assert.deepEqual(JSON.parse(tokens[0]?.header ?? ''), { alg: 'ES256', typ: 'at+jwt' })
    assert.deepEqual(JSON.parse(tokens[0]?.claims ?? ''), {
      sub: 'mia',
      scope: 'read_pets',
      email: '[email address 1]',
    })
  })

  test('a large secret says so', () => {
    const ledger = createSecretLedger()
    ledger.secret('access token', `${jwt}${'A'.repeat(100_000)}`)
    const mask = createMask({ secrets: ledger.all() })
    assert.match(mask.text(`${jwt}${'A'.repeat(100_000)}`), /^\[access token 1, 98 kB\]$/)
  })
})

describe('masking: what looks like a secret', () => {
  const shapes: readonly (readonly [name: string, text: string, wanted: string])[] = [
    ['a JWT', `got ${jwt} today`, 'got [token 1] today'],
    ['a bearer credential', 'Bearer k3lJ99sd0aZ', 'Bearer k3lJ99sd0aZ'],
    ['a longer bearer credential', 'Bearer k3lJ99sd0aZmm', 'Bearer [credential 1]'],
    ['an opaque token', 'token=Xk39dLq02MzP7vTbR5nW now', 'token=[random value 1] now'],
    ['a long hex value', 'id 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b end', 'id [random value 1] end'],
    [
      'a private key',
      'x -----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY----- y',
      'x [private key 1] y',
    ],
    ['a private key without an end', 'x -----BEGIN PRIVATE KEY-----\nMHcCAQEE', 'x [private key 1]'],
    ['a token in a URL', 'see https://a.example/cb?code=abc&state=x#access_token=zz', ''],
  ]
  for (const [name, text, wanted] of shapes)
    if (wanted !== '') test(name, () => assert.equal(plainMask().text(text), wanted))

  test('a code and a token in a URL, by their names', () =>
    assert.equal(
      plainMask().text('see https://a.example/cb?code=abc&state=x#access_token=zz'),
      'see https://a.example/cb?code=[authorization code 1]&state=x#access_token=[access token 1]',
    ))

  const kept = [
    'Bearer error="insufficient_scope", scope="read_pets write_pets"',
    'no Bearer challenge came with it',
    'insufficient_user_authentication_is_what_was_wanted',
    '0f8fad5b-d9cb-469f-a165-70867728950e',
    '/petstore/v1/stores/s1/items/hay-and-straw/orders',
    '2026-03-03T08:00:00.000Z',
    'application/json; charset=utf-8',
    'getOrderItemsOfStoreByIdentifier',
  ]
  for (const text of kept)
    test(`is left as it is: ${text}`, () => {
      assert.equal(plainMask().text(text), text)
    })
})

describe('masking: what is called a secret', () => {
  const names = [
    'password',
    'Passwort',
    'mot_de_passe',
    'contraseña',
    'senha',
    'wachtwoord',
    'hasło',
    'lösenord',
    'пароль',
    '密码',
    'パスワード',
    'clientSecret',
    'X-Api-Key',
    'refresh_token',
    'AUTHORIZATION',
    'sessionId',
    'csrf_token',
    'private-key',
    'given_name',
    'dateOfBirth',
    'IBAN',
  ]
  for (const name of names)
    test(`a member called ${name}`, () => {
      const value = name === 'hasło' ? 'x' : 'short'
      const masked = jsonOf(JSON.stringify({ [name]: value }))
      assert.match(JSON.stringify(masked), /\[[^\]]+ 1\]/)
    })

  for (const name of [
    'token_type',
    'token_endpoint',
    'client_secret_expires_at',
    'code',
    'name',
    'state',
    'scope',
    'pets',
  ])
    test(`a member called ${name} is left`, () =>
      assert.deepEqual(jsonOf(JSON.stringify({ [name]: 'short' })), { [name]: 'short' }))

  test('a list and a number under such a name; true, false and null stay', () =>
    assert.deepEqual(jsonOf('{"tokens":["a1","b2"],"pin":1234,"password":null,"secret":true}'), {
      tokens: ['[token 1]', '[token 2]'],
      pin: '[PIN 1]',
      password: null,
      secret: true,
    }))

  test('names of the user’s own', () => {
    const mask = createMask({ secrets: [], extraNames: ['shelter-name'] })
    assert.deepEqual(jsonOf('{"shelterName":"Elm"}', mask), { shelterName: '[hidden value 1]' })
  })

  test('RFC 7518 §6: the private members of a key', () =>
    assert.deepEqual(jsonOf('{"kty":"EC","crv":"P-256","x":"abc","d":"def"}'), {
      kty: 'EC',
      crv: 'P-256',
      x: 'abc',
      d: '[private key 1]',
    }))

  test('fields of a form and of the query', () => {
    const masked = plainMask().exchange(
      exchangeOf({
        target: '/token?api_key=k1&page=2&q=a%20b',
        headers: [['content-type', 'application/x-www-form-urlencoded']],
        body: 'grant_type=authorization_code&code=abc&client_secret=s%201&scope=read_pets+write_pets',
      }),
    )
    assert.equal(masked.target, '/token?api_key=[API key 1]&page=2&q=a%20b')
    assert.equal(
      masked.body,
      'grant_type=authorization_code&code=[authorization code 1]&client_secret=[client secret 1]&scope=read_pets+write_pets',
    )
  })

  test('cookies keep their names and attributes', () => {
    const masked = plainMask().exchange(
      exchangeOf({
        headers: [['Cookie', 'sid=abc; theme=dark']],
        answerHeaders: [['Set-Cookie', 'sid=def; Path=/; HttpOnly']],
      }),
    )
    assert.deepEqual(masked.headers, [['Cookie', 'sid=[cookie 1]; theme=[cookie 2]']])
    assert.deepEqual(masked.outcome.kind === 'answered' && masked.outcome.headers, [
      ['Set-Cookie', 'sid=[cookie 3]; Path=/; HttpOnly'],
    ])
  })

  test('JSON that was cut off, and XML', () => {
    assert.equal(
      answerOf(plainMask(), { answer: '{"name":"Rex","password":"hun' }),
      '{"name":"Rex","password":"[password 1]',
    )
    assert.equal(
      answerOf(plainMask(), { answer: '<user><name>Rex</name><password>hunter</password></user>' }),
      '<user><name>Rex</name><password>[password 1]</password></user>',
    )
  })
})

describe('masking: what the document says', () => {
  const [first] = sampleOperations
  if (first === undefined) throw new Error('the sample has operations')
  const operation: ApiOperation = {
    ...first,
    responses: {
      '2XX': {
        allOf: [
          { properties: { pets: { type: 'array', items: { properties: { nick: { 'x-pii': true } } } } } },
          { properties: { contact: { format: 'email' }, key: { format: 'password' } } },
        ],
      },
    },
  }

  test('OpenAPI 3.2 §4.23: behind a reference as well, and a schema that multiplies itself takes no time', () => {
    const reference = { $ref: '#/components/schemas/Person' }
    bindReference(reference, () => ({ type: 'object', properties: { nick: { 'x-pii': true } } }))
    assert.equal(viewOf({ type: 'array', items: reference }).inside().inside('nick').kind, 'personal data')
    const began = performance.now()
    const bomb = Array.from({ length: 9 }).reduce(
      (inner: object) => ({ allOf: Array.from({ length: 20 }, () => inner) }),
      {},
    )
    assert.equal(viewOf(bomb).kind, undefined)
    assert.ok(performance.now() - began < 500)
  })

  test('OpenAPI 3.2 §4.24: a format, and x-pii, through lists and combined schemas', () => {
    const mask = createMask({ secrets: [], operations: [operation] })
    const text = answerOf(
      mask,
      { answer: '{"pets":[{"nick":"Bo","age":3}],"contact":"nobody","key":"v"}' },
      operation.key,
    )
    assert.deepEqual(JSON.parse(text), {
      pets: [{ nick: '[personal data 1]', age: 3 }],
      contact: '[email address 1]',
      key: '[password 1]',
    })
  })
})

describe('masking: personal data by its form', () => {
  const found: readonly (readonly [text: string, wanted: string])[] = [
    ['write to mia.muster+x@mail.example.com.', 'write to [email address 1].'],
    [
      'mia@example.com and bo@example.com and mia@example.com',
      '[email address 1] and [email address 2] and [email address 1]',
    ],
    ['DE89 3704 0044 0532 0130 00', '[bank account 1]'],
    ['GB82WEST12345698765432', '[bank account 1]'],
    ['card 4111 1111 1111 1111', 'card [card number 1]'],
    ['card 378282246310005', 'card [card number 1]'],
    ['call +49 170 1234567', 'call [phone number 1]'],
    ['ssn 123-45-6789', 'ssn [national id 1]'],
    ['from 93.184.216.34', 'from [IP address 1]'],
    ['from 2606:2800:220:1::1', 'from [IP address 1]'],
  ]
  for (const [text, wanted] of found) test(text, () => assert.equal(plainMask().text(text), wanted))

  const left = [
    'user@localhost',
    'DE88 3704 0044 0532 0130 00',
    'card 4111 1111 1111 1112',
    '1772524800000',
    'ssn 000-45-6789',
    '127.0.0.1 and 192.168.1.4 and 203.0.113.9',
    'version 1.2.3.400',
    '12:30:45 and 2026-03-03',
    '2001:db8::1',
  ]
  for (const text of left) test(`is left as it is: ${text}`, () => assert.equal(plainMask().text(text), text))

  test('the address of the target is no personal data', () =>
    assert.equal(createMask({ secrets: [], hosts: ['93.184.216.34'] }).text('93.184.216.34'), '93.184.216.34'))
})

describe('masking: the time it takes grows with the text', () => {
  const hard = [
    '@',
    'eyJ-',
    'eyJ.',
    '1',
    '1 ',
    'a.',
    '"":',
    '%2',
    '<a>',
    '-----BEGIN PRIVATE KEY-----',
    'a@',
    '"a":"\\',
    'A1a-',
    ':',
    '[',
    '::',
    'Bearer ',
  ]
  for (const piece of hard)
    test(`${piece} a million times`, () => {
      const text = piece.repeat(1_000_000 / piece.length)
      const mask = createMask({ secrets: [createSecretLedger().secret('token', jwt)] })
      const before = performance.now()
      answerOf(mask, { answer: text, answerHeaders: [['content-type', 'application/json']] })
      const took = performance.now() - before
      assert.ok(took < 3000, `${took} ms`)
    })

  test('JSON a hundred thousand levels deep is cut', () => {
    const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    assert.match(answerOf(plainMask(), { answer: text }), /too deep to be shown/)
  })
})
