import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createSecretLedger } from '../secret/secret.ts'
import { fieldValue, type HeaderField, type ReceivedResponse, type Send, type SentRequest } from '../wire/exchange.ts'
import type { PageForm } from './page.ts'
import { type Arrival, createUserAgent, type UserAgentSettings } from './user-agent.ts'

const as = 'https://as.example'
const client = 'https://client.example'

type Answer = { readonly status?: number; readonly headers?: readonly HeaderField[]; readonly body?: string }
type Server = Readonly<Record<string, Answer | ((request: SentRequest) => Answer)>>

const redirect = (location: string, status = 302): Answer => ({ status, headers: [['Location', location]] })
const html = (body: string, ...headers: readonly HeaderField[]): Answer => ({
  headers: [['Content-Type', 'text/html; charset=utf-8'], ...headers],
  body,
})

/** A browser in front of a server that is a table: `GET /login` at the AS, or with its origin. */
function browse(server: Server, settings: Partial<UserAgentSettings> = {}) {
  const requests: SentRequest[] = []
  const send: Send = request => {
    requests.push(request)
    const place = `${request.origin === as ? '' : request.origin}${request.target.replace(/\?.*/, '')}`
    const found = server[`${request.method} ${place}`]
    const {
      status = 200,
      headers = [],
      body = '',
    } = (typeof found === 'function' ? found(request) : found) ?? { status: 404 }
    const response: ReceivedResponse = { status, headers, body, isCut: false }
    return Promise.resolve({ kind: 'answered', request, sentAt: 0, duration: 1, response })
  }
  const stopAt = (url: string) => !url.startsWith('https://as.example/') && !url.startsWith('https://login.as.example/')
  return { agent: createUserAgent({ send, now: () => 0, stopAt, ...settings }), requests }
}

function formIn(arrival: Arrival): PageForm {
  assert.ok(arrival.kind === 'page', JSON.stringify(arrival))
  const [form] = arrival.page.forms
  assert.ok(form !== undefined)
  return form
}

const field = (request: SentRequest | undefined, name: string) => fieldValue(request?.headers ?? [], name)

describe('a login', () => {
  const server: Server = {
    'GET /authorize': {
      ...redirect('/login?next=1'),
      headers: [
        ['Location', '/login?next=1'],
        ['Set-Cookie', '__Host-s=0123456789abcdef; Secure; Path=/'],
      ],
    },
    'GET /login': html(
      '<form method=post><input type=hidden name=csrf value=c1><input name=user><input type=password name=pw><button name=do value=in>Log in</button></form>',
    ),
    'POST /login': ({ body, headers }) =>
      body === 'csrf=c1&user=gerda&pw=x&do=in' && fieldValue(headers, 'cookie') === '__Host-s=0123456789abcdef'
        ? redirect(`${client}/cb?code=abc&state=s`, 303)
        : { status: 400 },
  }

  test('RFC 6749 §4.1.2: ends before the redirect URI of the client, which is not visited', async () => {
    const { agent, requests } = browse(server)
    const form = formIn(await agent.open(`${as}/authorize?x=1`))
    const arrival = await agent.submit(form, { user: 'gerda', pw: 'x' })
    assert.ok(arrival.kind === 'stopped')
    assert.equal(arrival.url, `${client}/cb?code=abc&state=s`)
    assert.deepEqual(
      requests.map(({ method, target }) => `${method} ${target}`),
      ['GET /authorize?x=1', 'GET /login?next=1', 'POST /login?next=1'],
    )
    assert.deepEqual(
      arrival.steps.map(({ request }) => request),
      requests.slice(2),
    )
  })

  test('RFC 6750 §5.3: the session of the browser is in the ledger', async () => {
    const secrets = createSecretLedger()
    const { agent } = browse(server, { secrets })
    await agent.open(`${as}/authorize`)
    assert.deepEqual(
      secrets.all().map(secret => secret.reveal()),
      ['0123456789abcdef'],
    )
  })

  test('RFC 6750 §5.3: a cookie that only says where to go back to is no secret', async () => {
    const secrets = createSecretLedger()
    const cookies = ['a=https://as.example/authorize', 'b=http%3A%2F%2F127.0.0.1%3A8080', 'c=/petstore/orders/{id}']
    const login = html('', ...cookies.map((cookie): HeaderField => ['Set-Cookie', cookie]))
    await browse({ 'GET /login': login }, { secrets }).agent.open(`${as}/login`)
    assert.deepEqual(secrets.all(), [])
  })

  test('goes on with the jar of another browser', async () => {
    const first = browse(server)
    await first.agent.open(`${as}/authorize`)
    const second = browse(server, { jar: first.agent.jar })
    await second.agent.open(`${as}/login`)
    assert.equal(field(second.requests[0], 'cookie'), '__Host-s=0123456789abcdef')
  })
})

describe('redirects', () => {
  const methods: readonly (readonly [number, string])[] = [
    [301, 'GET'],
    [302, 'GET'],
    [303, 'GET'],
    [307, 'POST'],
    [308, 'POST'],
  ]
  for (const [status, method] of methods)
    test(`RFC 9110 §15.4: ${status} after a POST goes on with ${method}`, async () => {
      const { agent, requests } = browse({
        'GET /': html('<form method=post action=/a><input name=x value=1></form>'),
        'POST /a': redirect('/b', status),
      })
      await agent.submit(formIn(await agent.open(`${as}/`)))
      const last = requests.at(-1)
      assert.deepEqual([last?.method, last?.target, last?.body], [method, '/b', method === 'POST' ? 'x=1' : undefined])
      assert.equal(field(last, 'content-type') !== undefined, method === 'POST')
    })

  test('RFC 9110 §10.2.2: an address without a fragment keeps the one before it', async () => {
    const { agent } = browse({ 'GET /a': redirect(`${client}/cb`), 'GET /b': redirect(`${client}/cb#y`) })
    for (const [from, to] of [
      ['a', 'x'],
      ['b', 'y'],
    ] as const) {
      const arrival = await agent.open(`${as}/${from}#x`)
      assert.equal(arrival.kind === 'stopped' && arrival.url, `${client}/cb#${to}`)
    }
  })

  test('RFC 8252 §7.1: stop before a scheme of an app', async () => {
    const { agent } = browse({ 'GET /a': redirect('com.example.app:/cb?code=1') })
    const arrival = await agent.open(`${as}/a`)
    assert.equal(arrival.kind === 'stopped' && arrival.url, 'com.example.app:/cb?code=1')
  })

  const stuck: readonly (readonly [string, Answer, RegExp])[] = [
    ['to a scheme that no browser opens', redirect('javascript:alert(1)'), /cannot open `javascript:`/],
    ['round and round', redirect('/a'), /20 times/],
    ['to no address', redirect('http://['), /is none/],
    [
      'to two addresses',
      {
        status: 302,
        headers: [
          ['Location', '/x'],
          ['Location', '/y'],
        ],
      },
      /two addresses/,
    ],
  ]
  for (const [name, answer, reason] of stuck)
    test(`a redirect ${name} gets the browser stuck`, async () => {
      const { agent } = browse({ 'GET /a': answer }, { stopAt: () => false })
      const arrival = await agent.open(`${as}/a`)
      assert.ok(arrival.kind === 'stuck', arrival.kind)
      assert.match(arrival.reason, reason)
    })

  test('without an address it is a page', async () => {
    const { agent } = browse({ 'GET /a': { status: 302 } })
    const arrival = await agent.open(`${as}/a`)
    assert.equal(arrival.kind === 'page' && arrival.response.status, 302)
  })
})

test('what is no address is not opened', async () => {
  const { agent, requests } = browse({})
  assert.equal((await agent.open('nonsense')).kind, 'stuck')
  assert.equal(requests.length, 0)
})

test('a server that gives no answer gets the browser stuck', async () => {
  const send: Send = request =>
    Promise.resolve({ kind: 'failed', request, sentAt: 0, duration: 1, failure: 'refused', detail: 'nobody is there' })
  const { agent } = browse({}, { send })
  const arrival = await agent.open(`${as}/a`)
  assert.equal(arrival.kind === 'stuck' && arrival.reason, '`as.example` gave no answer: nobody is there')
})

test('an answer that is no HTML is a page without forms', async () => {
  const { agent } = browse({ 'GET /a': { headers: [['Content-Type', 'application/json']], body: '<form>' } })
  const arrival = await agent.open(`${as}/a`)
  assert.ok(arrival.kind === 'page' && arrival.page.forms.length === 0 && arrival.response.body === '<form>')
})

describe('pages that go on by themselves', () => {
  const hidden = `<form method=post action="${client}/cb"><input type=hidden name=code value=abc></form>`
  for (const [name, body] of [
    ['with a script in the page', `${hidden}<script>document.forms[0].submit()</script>`],
    ['with a script elsewhere', `${hidden}<script src=/submit.js></script>`],
  ] as const)
    test(`Form Post Response Mode §2: the answer to the client is read and not posted, ${name}`, async () => {
      const { agent, requests } = browse({ 'GET /a': html(body) })
      const arrival = await agent.open(`${as}/a`)
      assert.ok(arrival.kind === 'stopped')
      assert.deepEqual([arrival.url, arrival.entries, requests.length], [`${client}/cb`, [['code', 'abc']], 1])
    })

  test('a form to the server itself is sent', async () => {
    const { agent, requests } = browse({
      'GET /a': html('<form method=post action=/b><input type=hidden name=x value=1></form><body onload=submit()>'),
    })
    await agent.open(`${as}/a`)
    assert.deepEqual([requests[1]?.target, requests[1]?.body], ['/b', 'x=1'])
  })

  const refreshes: readonly (readonly [string, Answer, number])[] = [
    ['in the page', html('<meta http-equiv=refresh content="0;url=/b">'), 2],
    ['in the head of the answer', { headers: [['Refresh', '1; url=/b']] }, 2],
    ['much later', html('<meta http-equiv=refresh content="30;url=/b">'), 1],
    ['beside a form', html('<meta http-equiv=refresh content="0;url=/b"><form></form>'), 1],
  ]
  for (const [name, answer, visits] of refreshes)
    test(`HTML §4.2.5.3: a refresh ${name} leads to ${visits} visits`, async () => {
      const { agent, requests } = browse({ 'GET /a': answer })
      await agent.open(`${as}/a`)
      assert.equal(requests.length, visits)
    })
})

describe('forms', () => {
  const page = html(
    '<form action="/search?old=1"><input name=q value="a b"></form><form method=post action=/x><button name=do value=1>A</button><button name=do value=2 formaction=/y>B</button></form>',
  )

  test('HTML §4.10.22.3: a form by GET replaces the query', async () => {
    const { agent, requests } = browse({ 'GET /': page })
    await agent.submit(formIn(await agent.open(`${as}/`)))
    assert.equal(requests[1]?.target, '/search?q=a+b')
  })

  test('HTML §4.10.22.3: the button that is pressed decides where it goes', async () => {
    const { agent, requests } = browse({ 'GET /': page })
    const arrival = await agent.open(`${as}/`)
    const form = arrival.kind === 'page' ? arrival.page.forms[1] : undefined
    assert.ok(form?.buttons[1] !== undefined)
    await agent.submit(form, {}, { button: form.buttons[1] })
    assert.deepEqual([requests[1]?.target, requests[1]?.body], ['/y', 'do=2'])
  })

  test('a form that goes to the client is not sent, and its entries are told', async () => {
    const { agent } = browse({ 'GET /': html(`<form method=post action=${client}/cb><input name=a value=1></form>`) })
    const arrival = await agent.submit(formIn(await agent.open(`${as}/`)))
    assert.deepEqual(arrival.kind === 'stopped' && arrival.entries, [['a', '1']])
  })
})

describe('what a browser says of itself', () => {
  const form = '<form method=post action=/post><input name=a></form>'

  async function post(policy: readonly HeaderField[], from?: string, body = form) {
    const { agent, requests } = browse({ 'GET /page': html(body, ...policy) })
    const arrival = await agent.open(`${as}/page?secret=1`)
    await agent.submit(formIn(arrival), {}, from === undefined ? {} : { from })
    const last = requests.at(-1)
    return [field(last, 'origin'), field(last, 'referer'), field(last, 'sec-fetch-site')]
  }

  test('Fetch §3.2: a form of the page itself', async () => {
    assert.deepEqual(await post([]), [as, `${as}/page?secret=1`, 'same-origin'])
  })

  test('Referrer Policy §3.1: of a page that wants no referrer', async () => {
    assert.deepEqual(await post([['Referrer-Policy', 'origin, no-referrer']]), ['null', undefined, 'same-origin'])
    assert.deepEqual(await post([], undefined, `<meta name=referrer content=No-Referrer>${form}`), [
      'null',
      undefined,
      'same-origin',
    ])
  })

  const policies: readonly (readonly [string, string, string | undefined])[] = [
    ['same-origin', as, `${as}/page?secret=1`],
    ['origin', as, `${as}/`],
    ['strict-origin', as, `${as}/`],
    ['unsafe-url', as, `${as}/page?secret=1`],
    ['origin-when-cross-origin', as, `${as}/page?secret=1`],
  ]
  for (const [policy, origin, referer] of policies)
    test(`Referrer Policy §3: of a page with \`${policy}\``, async () => {
      assert.deepEqual(await post([['Referrer-Policy', policy]]), [origin, referer, 'same-origin'])
    })

  test('RFC 9700 §4.7: a form of a foreign page', async () => {
    assert.deepEqual(await post([], 'https://evil.test/trap'), [
      'https://evil.test',
      'https://evil.test/',
      'cross-site',
    ])
    assert.deepEqual(await post([], 'https://blog.as.example/x'), [
      'https://blog.as.example',
      'https://blog.as.example/',
      'same-site',
    ])
  })

  test('draft-ietf-httpbis-rfc6265bis §5.8.3: a foreign page does not get the cookies of `Lax` along', async () => {
    const { agent, requests } = browse({
      'GET /page': html(form, ['Set-Cookie', 'lax=1; SameSite=Lax'], ['Set-Cookie', 'none=1; SameSite=None; Secure']),
    })
    const arrival = await agent.open(`${as}/page`)
    await agent.submit(formIn(arrival), {}, { from: 'https://evil.test/' })
    assert.equal(field(requests.at(-1), 'cookie'), 'none=1')
  })

  test('Fetch Metadata §2.3: a typed address comes from nowhere, a client’s from another site', async () => {
    const { agent, requests } = browse({})
    await agent.open(`${as}/a`)
    await agent.open(`${as}/a`, `${client}/start`)
    const said = requests.map(request => [
      field(request, 'sec-fetch-site'),
      field(request, 'referer'),
      field(request, 'origin'),
    ])
    assert.deepEqual(said, [
      ['none', undefined, undefined],
      ['cross-site', `${client}/`, undefined],
    ])
  })

  test('Fetch §4.4: a redirect between others makes the origin worthless', async () => {
    const { agent, requests } = browse({
      'GET /page': html('<form method=post action="https://login.as.example/in"></form>'),
      'POST https://login.as.example/in': redirect(`${as}/back`, 307),
    })
    await agent.submit(formIn(await agent.open(`${as}/page`)))
    const said = requests.slice(1).map(request => [field(request, 'origin'), field(request, 'sec-fetch-site')])
    assert.deepEqual(said, [
      [as, 'same-site'],
      ['null', 'same-site'],
    ])
  })

  test('Referrer Policy §3.6: in clear nobody learns of a page of https', async () => {
    const { agent, requests } = browse(
      { 'GET /page': html('<form method=post action="http://plain.example/in"></form>') },
      { stopAt: () => false },
    )
    await agent.submit(formIn(await agent.open(`${as}/page`)))
    const last = requests.at(-1)
    assert.deepEqual(
      [field(last, 'origin'), field(last, 'referer'), field(last, 'sec-fetch-site')],
      ['null', undefined, undefined],
    )
  })
})
