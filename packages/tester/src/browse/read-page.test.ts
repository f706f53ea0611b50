import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { encodeEntries, entriesOf } from './form-entries.ts'
import type { PageForm } from './page.ts'
import { readPage, refreshOf } from './read-page.ts'

const url = 'https://as.example/login/step?x=1'
const read = (html: string) => readPage(html, url)

function formOf(inner: string, attributes = ''): PageForm {
  const [form] = read(`<form ${attributes}>${inner}</form>`).forms
  assert.ok(form !== undefined)
  return form
}

const fieldOf = (inner: string) => formOf(inner).fields[0]

describe('forms', () => {
  const actions: readonly (readonly [string, string, string])[] = [
    ['', 'https://as.example/login/step?x=1', 'GET'],
    ['action="" method=post', 'https://as.example/login/step?x=1', 'POST'],
    ['action="next?y#z" method=POST', 'https://as.example/login/next?y', 'POST'],
    ['action="//other.example/x" method=dialog', 'https://other.example/x', 'GET'],
    ['action=" /a " method="put"', 'https://as.example/a', 'GET'],
  ]
  for (const [attributes, action, method] of actions)
    test(`HTML §4.10.22.3: \`<form ${attributes}>\` goes to ${action} by ${method}`, () => {
      const form = formOf('', attributes)
      assert.deepEqual([form.action, form.method], [action, method])
    })

  test('HTML §4.2.3: a base goes before the address of the page', () => {
    assert.equal(read('<base href="/b/"><form action=c>').forms[0]?.action, 'https://as.example/b/c')
  })

  test('HTML §4.10.18.3: a control may stand outside of its form', () => {
    const { forms } = read('<form id=f></form><form id=g></form><input name=a form=f><button form=f name=b>Go</button>')
    assert.deepEqual(
      forms.map(({ id, fields, buttons }) => [id, fields.length, buttons.length]),
      [
        ['f', 1, 1],
        ['g', 0, 0],
      ],
    )
  })

  test('HTML §4.10.18.5: what is disabled is not there', () => {
    const inner =
      '<input name=a disabled><fieldset disabled><input name=b></fieldset><fieldset><input name=c></fieldset>'
    assert.deepEqual(
      formOf(inner).fields.map(({ name }) => name),
      ['c'],
    )
  })

  test('a form that a script sends off at once is told from one for people', () => {
    const script = '<script>document.forms[0].submit()</script>'
    const hidden = '<form><input type=hidden name=code value=1><noscript><button>Go on</button></noscript></form>'
    assert.equal(read(hidden + script).forms[0]?.isAutomatic, true)
    assert.equal(read(`<body onload="document.forms[0].submit()">${hidden}`).forms[0]?.isAutomatic, true)
    assert.equal(read(hidden).forms[0]?.isAutomatic, false)
    assert.equal(read(`<form><input name=a></form>${script}`).forms[0]?.isAutomatic, false)
    assert.equal(
      read(`<form><input type=hidden name=a><button>Allow</button></form>${script}`).forms[0]?.isAutomatic,
      false,
    )
    assert.equal(read(`<form></form>${script}`).forms[0]?.isAutomatic, false)
  })

  test('HTML §4.12.2: without script, what stands in `noscript` is part of the page', () => {
    assert.equal(read('<noscript><form action=/x></form></noscript>').forms[0]?.action, 'https://as.example/x')
  })
})

describe('fields', () => {
  const types: readonly (readonly [string, string, string])[] = [
    ['<input name=a>', 'text', ''],
    ['<input name=a type=PASSWORD value=x>', 'password', 'x'],
    ['<input name=a type=hidden value="&lt;b&amp;c">', 'hidden', '<b&c'],
    ['<input name=a type=checkbox>', 'checkbox', 'on'],
    ['<input name=a type=radio value=x>', 'radio', 'x'],
    ['<textarea name=a>\nx\ny</textarea>', 'textarea', 'x\ny'],
    ['<select name=a><option value=x>X<option value=y selected>Y</select>', 'select', 'y'],
    ['<select name=a><option>X<option>Y</select>', 'select', 'X'],
    ['<select name=a multiple><option>X<option>Y</select>', 'select-multiple', ''],
    ['<select name=a><optgroup><option disabled>X<option>Y</optgroup></select>', 'select', 'Y'],
  ]
  for (const [html, type, value] of types)
    test(`HTML §4.10.5: \`${html}\` is ${type}`, () => {
      const field = fieldOf(html)
      assert.deepEqual([field?.name, field?.type, field?.value], ['a', type, value])
    })

  const labels: readonly (readonly [string, string])[] = [
    ['<label for=i>User <b>name</b></label><input id=i name=a>', 'User name'],
    ['<label>User\n <input name=a></label>', 'User'],
    ['<label>Pick <select name=a><option>X</select></label>', 'Pick'],
    ['<input name=a aria-label=Name>', 'Name'],
    ['<input name=a placeholder=Name>', 'Name'],
    ['<input name=a>', ''],
  ]
  for (const [html, label] of labels)
    test(`HTML §4.10.4: the label of \`${html}\``, () => {
      assert.equal(fieldOf(html)?.label, label)
    })

  test('HTML §4.10.18.7: what a browser may fill in is told', () => {
    assert.equal(fieldOf('<input name=a autocomplete=username>')?.autocomplete, 'username')
  })

  test('HTML §4.10.22.4: what has no name is no field', () => {
    assert.deepEqual(formOf('<input><input name=""><input type=button name=a><input type=file name=b>').fields, [])
  })
})

describe('buttons', () => {
  test('HTML §4.10.6: those that send the form, with where they send it', () => {
    const { buttons } = formOf(
      '<button name=do value=yes>Allow</button><button type=button>x</button><input type=submit value=No name=do formaction=/no formmethod=post>' +
        '<input type=image alt=Picture><button aria-label=Icon></button><input type=reset>',
      'action=/yes',
    )
    assert.deepEqual(buttons, [
      { name: 'do', value: 'yes', label: 'Allow' },
      { name: 'do', value: 'No', label: 'No', action: 'https://as.example/no', method: 'POST' },
      { name: '', value: '', label: 'Picture' },
      { name: '', value: '', label: 'Icon' },
    ])
  })
})

describe('what is sent', () => {
  const form = formOf(
    '<input type=hidden name=t value=1><input name=u value=old><input type=checkbox name=s value=a checked>' +
      '<input type=checkbox name=s value=b><input type=checkbox name=s value=c checked><input type=radio name=r value=x>' +
      '<select name=l><option>p<option selected>q</select><button name=do value=yes>Yes</button>',
  )

  test('HTML §4.10.22.4: the form as it stands', () => {
    assert.equal(encodeEntries(entriesOf(form)), 't=1&u=old&s=a&s=c&l=q')
  })

  test('HTML §4.10.22.4: with values, several values, without a name, with more, and with a button', () => {
    const values = { u: 'ä b', s: ['b'], t: undefined, r: 'y', more: 'm' }
    assert.equal(encodeEntries(entriesOf(form, values, form.buttons[0])), 'u=%C3%A4+b&s=b&r=y&l=q&more=m&do=yes')
  })

  test('HTML §4.10.22.4: a button without a name sends nothing of its own', () => {
    assert.equal(encodeEntries(entriesOf({ fields: [] }, {}, { name: '', value: 'x', label: '' })), '')
  })

  test('HTML §4.10.22.4: lines end with carriage return and line feed', () => {
    assert.equal(encodeEntries([['a', 'x\ny\r\nz\rw']]), 'a=x%0D%0Ay%0D%0Az%0D%0Aw')
  })
})

describe('pages', () => {
  test('have a title, links and text for people', () => {
    const page = read(
      '<title> Log in </title><style>x</style><script>y</script><p>Hello <a href=/a>there</a><a>no</a><a href="http://[">no</a>',
    )
    assert.equal(page.title, 'Log in')
    assert.deepEqual(page.links, [{ href: 'https://as.example/a', text: 'there' }])
    assert.equal(page.text, 'Hello there no no')
  })

  const refreshes: readonly (readonly [string, number | undefined, string?])[] = [
    ['0; url=/next', 0, 'https://as.example/next'],
    ["5;URL='next?a=b;c'", 5, 'https://as.example/login/next?a=b;c'],
    ['1.5, /next', 1, 'https://as.example/next'],
    ['3', 3, url],
    ['4; "x', 4, 'https://as.example/login/x'],
    ["4;url='a'b", 4, 'https://as.example/login/a'],
    ['4;', 4, url],
    ['soon', undefined],
    ['4 soon', undefined],
    ['', undefined],
  ]
  for (const [content, seconds, to] of refreshes)
    test(`HTML §4.2.5.3: a refresh of \`${content}\``, () => {
      assert.deepEqual(
        read(`<meta http-equiv=Refresh content="${content.replaceAll('"', '&quot;')}">`).refresh,
        seconds === undefined ? undefined : { seconds, url: to },
      )
    })

  test('Referrer Policy §4.2: a page may say what others learn of it', () => {
    assert.equal(read('<meta name=referrer content=no-referrer>').referrerPolicy, 'no-referrer')
  })

  test('any text gives a page', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', '<form', '<select><option', '<meta http-equiv=refresh content='),
        (text, start) => {
          assert.equal(read(start + text).url, url)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('deep, wide and long pages are read in linear time', () => {
    const began = performance.now()
    read(`${'<div>'.repeat(20_000)}<form>${'<label>'.repeat(300)}<input name=a>`)
    assert.equal(read('<br>'.repeat(100_000)).text, '')
    for (const trap of [`0${' '.repeat(50_000)}x`, `0;${' '.repeat(50_000)}""x`, `0;"${' '.repeat(50_000)}"x`])
      refreshOf(trap, url)
    read(`<form><label>${'<input name=a>'.repeat(20_000)}`)
    assert.ok(performance.now() - began < 3_000)
  })

  test('a page that is repaired into more elements than any page has gives none', () => {
    const formats = Array.from({ length: 1000 }, (_, index) => `<b c=${index}>`).join('')
    assert.deepEqual(read(`<form></form><p>${formats}${'<p>x'.repeat(1000)}`).forms, [])
  })

  test('HTML §4.10.22.4: a field may be called as what every object has', () => {
    const form = formOf('<input name=constructor value=a><input name=user><input name=__proto__ value=b>')
    assert.deepEqual(entriesOf(form, { user: 'ada' }), [
      ['constructor', 'a'],
      ['user', 'ada'],
      ['__proto__', 'b'],
    ])
  })
})
