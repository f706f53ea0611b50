import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from '@ambit/server'
import fc from 'fast-check'
import { createPages } from './pages.ts'
import { type Outline, outlineOf } from './testing/html-outline.ts'
import { sampleConsent, sampleDetails, sampleFrame, sampleHome, samplePages, sampleScope } from './testing/samples.ts'

const pages = createPages()

function outline(page: Page, language = 'en'): Outline {
  return outlineOf(pages.render(page, sampleFrame({ acceptLanguage: language })).html)
}

function sample(name: string): Page {
  const page = samplePages[name]
  assert.ok(page, name)
  return page
}

function attributesOf({ elements }: Outline, name: string): readonly Readonly<Record<string, string>>[] {
  return elements.filter(element => element.name === name).map(element => element.attributes)
}

// the fields that a form sends: method, action, and name=value of each
function formsOf({ elements }: Outline): readonly string[] {
  const lines: string[] = []
  for (const { name, attributes } of elements) {
    if (name === 'form') lines.push(`${attributes.method} ${attributes.action}`)
    if (attributes.name !== undefined && (name === 'input' || name === 'button'))
      lines.push(`  ${attributes.name}=${attributes.value ?? ''}`)
  }
  return lines
}

for (const [name, page] of Object.entries(samplePages)) {
  for (const language of ['en', 'de']) {
    describe(`${name} in ${language}`, () => {
      const rendered = pages.render(page, sampleFrame({ acceptLanguage: language }))
      const { elements, text } = outlineOf(rendered.html)

      test('is in that language', () => {
        assert.equal(rendered.language, language)
        assert.equal(attributesOf({ elements, text }, 'html')[0]?.lang, language)
      })

      test('has one first heading, one main part and a title', () => {
        for (const wanted of ['h1', 'main', 'title']) {
          assert.equal(elements.filter(element => element.name === wanted).length, 1, wanted)
        }
      })

      test('has no style, script or handler of its own, and loads nothing from elsewhere', () => {
        for (const { name: tag, attributes } of elements) {
          assert.notEqual(tag, 'style')
          for (const attribute of Object.keys(attributes)) assert.doesNotMatch(attribute, /^(?:style|on.*)$/)
          if (tag === 'script') assert.match(attributes.src ?? '', /^\/assets\/ambit\.js\?v=\w+$/)
          if (tag === 'link') assert.match(attributes.href ?? '', /^\/assets\/ambit\.(?:css|svg)\?v=\w+$/)
        }
        assert.doesNotMatch(rendered.html, /<script[^>]*>[^<]/)
      })

      test('leaves no placeholder and no missing value', () => {
        assert.doesNotMatch(text, /\{|\}|undefined|\[object|NaN/)
      })

      test('has a label for each field, and ids that occur once', () => {
        const ids = elements.flatMap(({ attributes }) => attributes.id ?? [])
        assert.equal(new Set(ids).size, ids.length)
        const labelled = attributesOf({ elements, text }, 'label').map(attributes => attributes.for)
        const fields = attributesOf({ elements, text }, 'input').filter(({ type }) => type !== 'hidden')
        for (const field of fields) assert.ok(labelled.includes(field.id), field.id)
        const described = elements.flatMap(({ attributes }) => attributes['aria-describedby']?.split(' ') ?? [])
        for (const id of described) assert.ok(ids.includes(id), id)
      })
    })
  }
}

describe('forms', () => {
  const forms: Readonly<Record<string, readonly string[]>> = {
    login: ['post /login', '  csrf=csrf-value', '  interaction=interaction-value', '  username=', '  password='],
    'login-code': ['post /login/code', '  csrf=csrf-value', '  interaction=interaction-value', '  code='],
    'login-throttled': ['post /login', '  csrf=csrf-value', '  username=alex', '  password='],
    'select-account': [
      'post /login',
      '  csrf=csrf-value',
      '  interaction=interaction-value',
      '  account=continue',
      '  account=other',
    ],
    consent: [
      'post /consent',
      '  csrf=csrf-value',
      '  interaction=interaction-value',
      '  scope=openid',
      '  scope=email',
      '  scope=write_pets',
      '  scope=order',
      '  scope=inventory:price:write',
      '  decision=deny',
      '  decision=allow',
    ],
    logout: [
      'post /logout',
      '  csrf=csrf-value',
      '  post_logout_redirect_uri=https://app.paws.example/',
      '  state=xyz',
      '  decision=stay',
      '  decision=logout',
    ],
    home: [
      'post /logout',
      '  csrf=csrf-value',
      '  decision=logout',
      'post /account/grant',
      '  csrf=csrf-value',
      '  client_id=paws',
      ...['read_pets', 'email', 'admin'].flatMap(scope => [
        'post /account/grant',
        '  csrf=csrf-value',
        '  client_id=paws',
        `  scope=${scope}`,
      ]),
      'post /account/grant',
      '  csrf=csrf-value',
      '  client_id=stock',
      'post /account/grant',
      '  csrf=csrf-value',
      '  client_id=stock',
      '  scope=order:read',
    ],
    'form-post': [
      'post https://app.paws.example/callback',
      '  code=code-value',
      '  state=xyz',
      '  iss=https://as.example',
    ],
  }
  for (const [name, lines] of Object.entries(forms)) {
    test(`${name} sends fields of stable names`, () => assert.deepEqual(formsOf(outline(sample(name))), lines))
  }

  test('go to paths under the issuer', () => {
    const { html } = pages.render(sample('login'), sampleFrame({ basePath: '/tenant' }))
    const { elements } = outlineOf(html)
    assert.deepEqual(
      elements.flatMap(({ attributes }) => attributes.action ?? attributes.src ?? []).map(path => path.split('?')[0]),
      ['/tenant/assets/ambit.js', '/tenant/login'],
    )
  })
})

describe('text of strangers', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' autofocus onfocus='alert(1)",
      '</title></textarea></bdi></main><h1>',
      '&lt;b&gt;&amp;&#x3c;',
      '{client}{host}{username}',
      '<!--',
      ']]>',
      '$&$1$`',
      '\u202egnp.exe',
    ),
    fc.string({ unit: fc.integer({ min: 0, max: 0x10_ff_ff }).map(code => String.fromCodePoint(code)), minLength: 1 }),
  )

  for (const [name, page] of Object.entries(samplePages)) {
    test(`${name}: stays text wherever it stands`, () => {
      const kept = (key: string) => fixed.has(key)
      const plain = skeleton(outlineOf(render(replaceText(page, 'x', kept), 'x')))
      fc.assert(
        fc.property(hostile, text => {
          const { elements } = outlineOf(render(replaceText(page, text, kept), text))
          assert.deepEqual(skeleton({ elements, text: '' }), plain)
        }),
        { numRuns: 60 },
      )
    })
  }

  // members that are one of a few words, that choose what is shown, or that are judged as a URI elsewhere
  const fixed = new Set(['page', 'problem', 'risk', 'uri', 'action', 'claims'])

  function render(page: Page, text: string): string {
    return pages.render(page, { ...sampleFrame(), requestId: replaceText(sampleFrame().requestId, text, () => false) })
      .html
  }

  function skeleton({ elements }: Outline): readonly string[] {
    return elements.map(({ name, attributes }) => `${name} ${Object.keys(attributes).join(' ')}`)
  }

  test('is shown as it was written', () => {
    const { text } = outline({ page: 'error', status: 400, error: 'invalid_request', description: '<b>&amp;"\'' })
    assert.ok(text.includes('<b>&amp;"\''))
  })

  test('does not fill the placeholders of our sentences', () => {
    const consent = sampleConsent()
    const { text } = outline({ ...consent, client: { ...consent.client, name: '{username}' }, username: 'mallory' })
    assert.ok(text.includes('{username} asks for access'))
  })

  test('in claims of a shape that nobody expects is left out', () => {
    const { text } = outline(
      sampleHome({ claims: { name: { nested: '<b>' }, email: 7, address: { formatted: ['x'] } } }),
    )
    assert.doesNotMatch(text, /nested|object|About you/)
  })
})

function replaceText<T>(value: T, text: string, isKept: (key: string) => boolean): T {
  const replace = (item: unknown, key: string): unknown => {
    if (isKept(key)) return item
    if (typeof item === 'string') return text
    if (Array.isArray(item)) return item.map(entry => replace(entry, ''))
    if (typeof item !== 'object' || item === null) return item
    return Object.fromEntries(Object.entries(item).map(([name, entry]) => [name, replace(entry, name)]))
  }
  return replace(value, '') as T
}

describe('addresses', () => {
  for (const uri of [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'paws.example',
    '//evil.example',
    'ftp://a',
  ]) {
    test(`an app's website \`${uri}\` is no link`, () => {
      const consent = sampleConsent()
      assert.deepEqual(attributesOf(outline({ ...consent, client: { ...consent.client, uri } }), 'a'), [])
    })
  }

  test("an app's website opens apart and learns nothing of this page", () => {
    const [link] = attributesOf(outline(sampleConsent()), 'a')
    assert.equal(link?.href, 'https://paws.example/')
    assert.equal(link?.rel, 'noopener noreferrer')
  })

  for (const action of [
    'javascript:alert(1)',
    '  JavaScript:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:x',
    '/here',
    '',
  ]) {
    test(`Form Post Response Mode §2: the answer is never sent to \`${action}\``, () => {
      assert.throws(() => outline({ page: 'form_post', action, parameters: {} }), RangeError)
    })
  }

  test('Form Post Response Mode §2: the answer can go to an app on this machine', () => {
    const { elements } = outline({ page: 'form_post', action: 'http://127.0.0.1:5173/cb', parameters: { code: 'a' } })
    assert.ok(elements.some(({ attributes }) => attributes.action === 'http://127.0.0.1:5173/cb'))
  })
})

describe('consent', () => {
  test('RFC 9396 §9: each detail has its fields in words and a box to refuse it, ticked at first', () => {
    const page = outline(sampleConsent({ groups: [], alreadyGranted: [], details: sampleDetails }))
    const boxes = attributesOf(page, 'input').filter(({ type }) => type === 'checkbox')
    assert.deepEqual(
      boxes.map(({ name, value, checked }) => [name, value, checked !== undefined]),
      [
        ['detail', '0', true],
        ['detail', '1', true],
        ['choice', '[1,"actions","balance"]', true],
        ['choice', '[1,"actions","history"]', true],
      ],
    )
    assert.match(page.text, /Make a payment.*Amount\s*123\.50 EUR.*IBAN\s*DE02.*Transfer.*See your accounts.*Balances/s)
    assert.match(page.text, /each time/)
    assert.doesNotMatch(page.text, /asks for nothing new/)
    assert.doesNotMatch(outline(sampleConsent()).text, /each time/)
  })

  test('an app that holds no scope stands on the home page, to be removed', () => {
    const grants = sampleHome()
      .grants.slice(0, 1)
      .map(grant => ({ ...grant, scopes: [] }))
    const page = outline(sampleHome({ grants }))
    assert.match(page.text, /Nothing but what you allowed for single occasions/)
    assert.equal(formsOf(page).filter(line => line.endsWith('/account/grant')).length, 1)
  })

  test('RFC 6749 §3.3: a scope that can be refused is a checkbox, ticked as the server says', () => {
    const boxes = attributesOf(outline(sampleConsent()), 'input').filter(({ type }) => type === 'checkbox')
    assert.deepEqual(
      boxes.map(({ value, checked }) => [value, checked !== undefined]),
      [
        ['email', true],
        ['write_pets', true],
        ['order', true],
        ['inventory:price:write', false],
      ],
    )
  })

  test('a mandatory scope has no checkbox, is sent, and is explained', () => {
    const page = outline(sampleConsent())
    const fields = attributesOf(page, 'input').filter(({ value }) => value === 'openid')
    assert.deepEqual(fields, [{ type: 'hidden', name: 'scope', value: 'openid' }])
    assert.match(page.text, /Required\s+The app cannot work without this/)
  })

  test('nobody is told to untick where there is nothing to untick', () => {
    const scopes = [sampleScope('openid', { isMandatory: true })]
    assert.doesNotMatch(outline(sampleConsent({ groups: [{ scopes }] })).text, /Untick/)
    assert.match(outline(sampleConsent()).text, /Untick/)
    assert.match(outline(sampleConsent({ groups: [] })).text, /asks for nothing new/)
  })

  test('risk is told in words', () => {
    const { text } = outline(sampleConsent())
    assert.match(text, /See your email address\s+Sensitive/)
    assert.match(text, /Change prices\s+Dangerous/)
    assert.match(text, /Can do harm that cannot be undone/)
  })

  test('an umbrella names everything that it reaches', () => {
    const { text } = outline(sample('consent-umbrella'))
    for (const title of ['See your pets', 'Add and change pets', 'Change prices', 'Know who you are']) {
      assert.ok(text.includes(title), title)
    }
    assert.match(text, /2 more/)
  })

  test('what was allowed before is shown and not asked', () => {
    const page = outline(sampleConsent({ groups: [] }))
    assert.match(page.text, /You allowed this before\s+See your pets/)
    assert.deepEqual(
      attributesOf(page, 'input').map(({ name }) => name),
      ['csrf', 'interaction'],
    )
  })

  test('says nothing of what was not allowed before and of reach that is not there', () => {
    const { text } = outline(sampleConsent({ groups: [{ scopes: [sampleScope('email')] }], alreadyGranted: [] }))
    assert.doesNotMatch(text, /You allowed this before|This also allows/)
  })

  test('how long the access lasts is told in words', () => {
    const { offlineTtl: _, ...whileLoggedIn } = sampleConsent()
    assert.match(outline(sampleConsent()).text, /For up to 30 days, also while you are not there/)
    assert.match(outline(whileLoggedIn).text, /Only while you are logged in/)
    assert.match(outline(sampleConsent()).text, /up to 10 minutes/)
    assert.match(outline(sampleConsent(), 'de').text, /Bis zu 30 Tage lang/)
  })

  test('who asks, for whom, and where one goes next', () => {
    const { text } = outline(sampleConsent())
    assert.match(text, /Paws & Claws asks for access\s+app\.paws\.example/)
    assert.match(text, /logged in as alex/)
    assert.match(text, /you go back to app\.paws\.example/)
  })

  test('Enter within the form refuses: the first button is Deny', () => {
    const [first] = attributesOf(outline(sampleConsent()), 'button')
    assert.equal(first?.value, 'deny')
  })

  test('a scope without a title shows its token, and one without our language its English title', () => {
    const scopes = [sampleScope('a:b', { title: {} }), sampleScope('c', { title: { fr: 'Voir', en: 'See' } })]
    const { text } = outline(sampleConsent({ groups: [{ resourceName: 'R', scopes }] }), 'de')
    assert.ok(text.includes('a:b'))
    assert.ok(text.includes('See'))
  })
})

describe('a one-time code', () => {
  test('is asked for so that phones and password managers can fill it in', () => {
    const field = attributesOf(outline(sample('login-code')), 'input').find(({ name }) => name === 'code')
    assert.equal(field?.autocomplete, 'one-time-code')
    assert.equal(field?.inputmode, 'numeric')
    assert.equal(field?.['aria-describedby'], 'hint')
    assert.equal(field?.['aria-invalid'], undefined)
    assert.match(outline(sample('login-code')).text, /You are logged in as alex/)
  })

  test('says what was wrong, in the title, in a box and at the field', () => {
    const page = outline(sample('login-code-wrong'))
    const field = attributesOf(page, 'input').find(({ name }) => name === 'code')
    assert.equal(field?.['aria-describedby'], 'problem hint')
    assert.equal(field?.['aria-invalid'], 'true')
    assert.match(page.text, /^\s*Problem: Enter your code[\s\S]*The code is wrong/)
    assert.match(outline(sample('login-code-throttled'), 'de').text, /warten Sie 14 Minuten/)
    const stale: Page = { page: 'login_code', csrf: 'x', username: 'alex', problem: 'expired_form' }
    assert.match(outline(stale).text, /open for too long\. Please type the code/)
    assert.match(outline(stale, 'de').text, /zu lange offen\. Bitte tippen Sie den Code/)
  })

  test('the code page has a way out for whoever is somebody else or has no code', () => {
    const [way] = attributesOf(outline(sample('login-code')), 'a').filter(({ href }) => href === '/logout')
    assert.ok(way)
  })
})

describe('a device', () => {
  test('RFC 8628 §3.3, §6.1: its code is typed into a field that helps nobody to complete it', () => {
    const field = attributesOf(outline(sample('device-code')), 'input').find(({ name }) => name === 'user_code')
    assert.equal(field?.autocomplete, 'off')
    assert.equal(field?.autocapitalize, 'characters')
    assert.equal(field?.value, undefined)
  })

  test('RFC 8628 §3.3.1: a code of the address is shown, and sent by a button alone', () => {
    const page = outline(sample('device-code-shown'))
    assert.match(page.text, /Does a device in front of you show exactly this code\?\s+WDJB-MJHT/)
    assert.deepEqual(formsOf(page), ['post /device', '  csrf=csrf-value', '  user_code=WDJB-MJHT'])
    assert.equal(attributesOf(page, 'form')[0]?.['data-send'], undefined)
  })

  test('what was wrong with a code is told in the title, in a box and at the field', () => {
    const page = outline(sample('device-code-wrong'))
    const field = attributesOf(page, 'input').find(({ name }) => name === 'user_code')
    assert.equal(field?.['aria-invalid'], 'true')
    assert.equal(field?.['aria-describedby'], 'problem hint')
    assert.match(page.text, /^\s*Problem: Connect a device[\s\S]*There is no such code/)
    assert.match(outline(sample('device-code-throttled'), 'de').text, /warten Sie 9 Minuten/)
    const stale: Page = { page: 'device_code', csrf: 'x', problem: 'expired_form' }
    assert.match(outline(stale).text, /open for too long/)
  })

  test('RFC 8628 §5.4: who asks, on a device, when, from where, and whether the user began it', () => {
    const { text } = outline(sample('device-confirm'))
    assert.match(text, /Paws on TV asks for access on a device/)
    assert.match(text, /November 18, 2026 at 11:06\sAM UTC/)
    assert.match(text, /203\.0\.113\.\*/)
    assert.match(text, /Another network than that of this browser/)
    assert.match(text, /Did you begin this yourself/)
    assert.match(outline(sample('device-confirm-here')).text, /The same network as that of this browser/)
  })

  test('RFC 8628 §5.4: where the network is not known, nothing is said of it', () => {
    const page = sample('device-confirm')
    assert.ok(page.page === 'device_confirm')
    const { isElsewhere: _, ...rest } = page
    const { network: __, ...aside } = page.client.aside
    assert.doesNotMatch(outline({ ...rest, client: { ...page.client, aside } }).text, /network/)
  })

  test('OAuth Client ID Metadata Document §8.5: the page before a device goes on shows the host that describes an app', () => {
    const page = sample('device-confirm')
    assert.ok(page.page === 'device_confirm')
    const client = { ...page.client, idHost: 'tv.example' }
    assert.match(outline({ ...page, client }).text, /not registered here[\s\S]*described at\s+tv\.example/)
    assert.doesNotMatch(outline(page).text, /not registered here/)
  })

  test('RFC 8628 §5.4: Enter within the form refuses: the first button is No', () => {
    assert.equal(attributesOf(outline(sample('device-confirm')), 'button')[0]?.value, 'no')
  })

  test('OAuth Client ID Metadata Document §8.5: the consent page shows the host that describes an app', () => {
    const { text } = outline(sample('consent-address'))
    assert.match(text, /not registered here[\s\S]*described at\s+desk\.paws\.example/)
    assert.match(text, /an app on this device/)
    assert.doesNotMatch(outline(sample('consent')).text, /not registered here|an app on this device/)
  })

  test('RFC 8628 §5.4: the consent page says that a device asks, and where it asks from', () => {
    const { text } = outline(sample('consent-device'))
    assert.match(text, /Paws on TV asks on a device, not in this browser/)
    assert.match(text, /203\.0\.113\.\*/)
    assert.doesNotMatch(text, /you go back to/)
  })
})

describe('a request by the back channel', () => {
  test('OpenID Connect CIBA Core §7.1: its message is shown, where it waits and where it is answered', () => {
    assert.match(outline(sample('waiting-requests')).text, /Paws Service Desk\s+Message\s*W4SCT/)
    assert.match(outline(sample('consent-backchannel')).text, /Message\s*W4SCT[\s\S]*shows you the same message/)
  })

  test('each is looked at by a button that names its app', () => {
    const buttons = attributesOf(outline(sample('waiting-requests')), 'button')
    assert.deepEqual(
      buttons.map(attributes => attributes['aria-label']),
      ['Look at it: the request of Paws Service Desk', 'Look at it: the request of Stock Counter'],
    )
    assert.match(outline(sample('waiting-requests-none')).text, /No app waits for your answer/)
  })

  test('what became of a request is told for whom it was', () => {
    assert.match(outline(sample('answer-approved')).text, /Done\s+Your device goes on/)
    assert.match(outline(sample('answer-denied')).text, /Refused\s+The app gets no access/)
    assert.match(outline(sample('answer-ended'), 'de').text, /Begin(?:nen|nen Sie) .*Gerät/)
  })

  test('the home page leads to what waits, and says nothing where nothing does', () => {
    const links = attributesOf(outline(sample('home-notices')), 'a').map(({ href }) => href)
    assert.deepEqual(links, ['/device', '/backchannel'])
    assert.match(outline(sample('home-notices')).text, /Requests that wait for you: 2/)
    assert.doesNotMatch(outline(sample('home')).text, /Connect a device|wait for you/)
  })
})

describe('login', () => {
  test('helps password managers', () => {
    const fields = attributesOf(outline(sample('login')), 'input').filter(({ type }) => type !== 'hidden')
    assert.deepEqual(
      fields.map(({ name, autocomplete }) => [name, autocomplete]),
      [
        ['username', 'username'],
        ['password', 'current-password'],
      ],
    )
  })

  test('a problem is announced, and belongs to both fields', () => {
    const page = outline(sample('login-wrong'))
    const box = page.elements.find(({ attributes }) => attributes.role === 'alert')
    assert.equal(box?.attributes.id, 'problem')
    for (const id of ['username', 'password']) {
      const field = attributesOf(page, 'input').find(attributes => attributes.id === id)
      assert.equal(field?.['aria-describedby'], 'problem')
      assert.equal(field?.['aria-invalid'], 'true')
    }
    assert.match(page.text, /^\s*Problem: Log in/)
  })

  test('without a problem speaks of none', () => {
    const page = outline(sample('login'))
    assert.ok(
      page.elements.every(({ attributes }) => attributes.role === undefined && !('aria-describedby' in attributes)),
    )
    assert.match(page.text, /^\s*Log in · Ambit/)
  })

  test('a wrong password does not come back', () => {
    const field = attributesOf(outline(sample('login-wrong')), 'input').find(({ name }) => name === 'password')
    assert.equal(field?.value, undefined)
  })

  test('one who must wait is told how long', () => {
    assert.match(outline(sample('login-throttled')).text, /Please wait 30 seconds/)
    assert.match(outline(sample('login-throttled'), 'de').text, /warten Sie 30 Sekunden/)
  })
})

describe('error', () => {
  test('shows its code and the request where programs find them', () => {
    const { html } = pages.render(sample('error'), sampleFrame({ acceptLanguage: 'de' }))
    assert.match(html, /<code id="error">invalid_request<\/code>/)
    assert.match(html, /<code id="request-id">req_7Hq2mXw9<\/code>/)
    assert.match(html, /id="error-description" lang="en">`redirect_uri` is not one/)
  })

  test('of ours does not send people to the makers of the app', () => {
    assert.match(outline(sample('error-server')).text, /the people who run this service/)
    assert.match(outline(sample('error')).text, /the people who make the app/)
  })

  test('of an outage says when to load the page again, and that the last step may have been carried out', () => {
    assert.match(outline(sample('error-unavailable')).text, /wait 2 seconds, then load this page again.* may have been/)
    assert.match(outline(sample('error-unavailable'), 'de').text, /warten Sie 2 Sekunden/)
  })

  test('RFC 9700 §4.11.2: names the host of a stranger and leads there by a link that people choose', () => {
    const { html } = pages.render(sample('error-stranger'), sampleFrame())
    assert.match(html, /Only go on if you know <strong><bdi>stranger\.example<\/bdi><\/strong>/)
    assert.match(
      html,
      /href="https:\/\/stranger\.example\/callback\?error=invalid_scope&amp;state=a%22b" rel="noopener noreferrer"/,
    )
    assert.ok(!html.includes('http-equiv') && !html.includes('data-send'))
    const onward = { uri: 'javascript:alert(1)', host: 'javascript:' }
    const running = pages.render({ page: 'error', status: 400, error: 'x', description: 'y', onward }, sampleFrame())
    assert.ok(!running.html.includes('javascript:'))
  })
})

describe('an operator', () => {
  const frame = sampleFrame()

  test('replaces a text in one language', () => {
    const own = createPages({ words: { en: { login_title: 'Welcome <back>' } } })
    assert.ok(outlineOf(own.render(sample('login'), frame).html).text.includes('Welcome <back>'))
    assert.match(own.render(sample('login'), { ...frame, acceptLanguage: 'de' }).html, /Anmelden/)
  })

  test('adds a language, whose missing texts are English', () => {
    const own = createPages({ words: { ar: { login_title: 'تسجيل الدخول' } } })
    assert.deepEqual(own.languages, ['en', 'de', 'ar'])
    const { html, language } = own.render(sample('login'), { ...frame, acceptLanguage: 'ar-EG' })
    assert.equal(language, 'ar')
    assert.match(html, /<html lang="ar" dir="rtl">/)
    assert.match(html, /تسجيل الدخول/)
    assert.match(html, /User name/)
  })

  test('learns at the start of a text that no page shows', () => {
    const words: Record<string, Record<string, string>> = { en: { login_titel: 'x' } }
    assert.throws(() => createPages({ words }), /`words.en.login_titel` is shown on no page/)
  })

  test('learns at the start of a placeholder that its page does not fill', () => {
    const words = { de: { login_for: 'zu {app}', logout_title: '{client}?' } }
    const wanted =
      /`words.de.login_for` has `\{app\}`, wanted `\{client\}`; `words.de.logout_title` has .*, wanted no placeholder/
    assert.throws(() => createPages({ words }), wanted)
  })

  test('names the server and adds links', () => {
    const own = createPages({
      brand: { name: 'ACME & Co', helpUri: 'https://help.example/', termsUri: 'javascript:x' },
    })
    const page = outlineOf(own.render(sample('login'), frame).html)
    assert.ok(page.text.includes('Log in · ACME & Co'))
    assert.deepEqual(
      attributesOf(page, 'a').map(({ href }) => href),
      ['https://help.example/'],
    )
  })
})

describe('assets', () => {
  for (const [name, type] of [
    ['ambit.css', 'text/css; charset=utf-8'],
    ['ambit.js', 'text/javascript; charset=utf-8'],
    ['ambit.svg', 'image/svg+xml'],
  ] as const) {
    test(`${name} is served, and loads nothing from elsewhere`, () => {
      const asset = pages.asset(name)
      assert.equal(asset?.contentType, type)
      assert.doesNotMatch(asset?.body.replace('http://www.w3.org/2000/svg', '') ?? '', /https?:|url\(|@import|fetch\(/)
    })
  }

  for (const name of ['', 'ambit', '../package.json', 'constructor', '__proto__']) {
    test(`there is no \`${name}\``, () => assert.equal(pages.asset(name), undefined))
  }
})
