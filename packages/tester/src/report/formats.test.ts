import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseFragment } from 'parse5'
import { type Har, harReport, printHar } from './har.ts'
import { jsonReport, printJson } from './json.ts'
import { printJunit } from './junit.ts'
import { searchForSecrets } from './leak-search.ts'
import { printSarif, sarifReport } from './sarif.ts'
import { sampleReport } from './testing/sample-report.ts'
import { sampleRun } from './testing/sample-run.ts'

const tool = { version: '0.1.0' }
const hostile = '"\'</style><script>alert(1)</script>&\u202e\u0000\u001b[2J]]>\ud800'
const baseline = {
  version: 1,
  accepted: [
    { fingerprint: 'RS-SCP-03-b3c4', case: 'RS-SCP-03', reason: 'in May', acceptedBy: 'mia', expires: '2026-12-31' },
  ],
} as const

describe('reports: SELF-01', () => {
  for (const [name, print] of [
    ['JSON', printJson],
    ['JUnit', printJunit],
    ['SARIF', (report: Parameters<typeof printJson>[0]) => printSarif(report, tool)],
    ['HAR', (report: Parameters<typeof printJson>[0]) => printHar(report, tool)],
  ] as const)
    test(`${name} holds no secret`, () => {
      const text = print(sampleReport(hostile))
      assert.deepEqual(searchForSecrets([{ name, text }], sampleRun(hostile).ledger.all()).leaks, [])
    })
})

describe('JSON', () => {
  test('names findings, squares and results, each result by its id', () => {
    const report = jsonReport(sampleReport('', { baseline }))
    assert.equal(report.version, 1)
    assert.equal(report.startedAt, '2026-03-03T08:00:00.000Z')
    assert.equal(report.matrix.cells.length, 96)
    const ids = new Set(report.results.map(({ id }) => id))
    assert.equal(ids.size, report.results.length)
    for (const { results, folded } of report.findings) for (const id of [...results, ...folded]) assert.ok(ids.has(id))
    for (const { result } of report.matrix.cells) assert.ok(ids.has(result))
    assert.equal(report.accepted[0]?.finding.case, 'RS-SCP-03')
  })

  test('the text is what JSON reads back', () => {
    const report = sampleReport(hostile)
    assert.deepEqual(JSON.parse(printJson(report)), JSON.parse(JSON.stringify(jsonReport(report))))
  })
})

describe('HAR 1.2', () => {
  const har = harReport(sampleReport(hostile), tool)

  test('every entry has what must be there, in the order of sending', () => {
    assert.equal(har.log.version, '1.2')
    assert.ok(har.log.entries.length > 90)
    for (const entry of har.log.entries) checkEntry(entry)
    const times = har.log.entries.map(({ startedDateTime }) => startedDateTime)
    assert.deepEqual(times, times.toSorted())
  })

  test('an exchange that two results show stands there once', () => {
    const report = sampleReport()
    const [first] = report.results
    assert.ok(first !== undefined)
    const twice = { ...report, results: [...report.results, { ...first, id: 'r999' }] }
    assert.equal(harReport(twice, tool).log.entries.length, har.log.entries.length)
    assert.match(harReport(twice, tool).log.entries[0]?.comment ?? '', /^r1 .*; r999 /)
  })

  test('what got no answer has status 0 and says why', () => {
    const report = sampleReport()
    const [first] = report.results
    const [sent] = first?.evidence ?? []
    assert.ok(first !== undefined && sent !== undefined)
    const outcome = { kind: 'failed', failure: 'timeout', detail: 'after 10 s' } as const
    const results = [{ ...first, evidence: [{ ...sent, outcome, target: '/a?b=c&d', body: 'x' }] }]
    const [entry] = harReport({ ...report, results }, tool).log.entries
    assert.ok(entry !== undefined)
    checkEntry(entry)
    assert.equal(entry.response.status, 0)
    assert.equal(entry.response._error, 'timeout: after 10 s')
    assert.deepEqual(entry.request.queryString, [
      { name: 'b', value: 'c' },
      { name: 'd', value: '' },
    ])
    assert.equal(entry.request.postData?.text, 'x')
  })
})

function checkEntry({ startedDateTime, time, request, response, cache, timings }: Har['log']['entries'][number]): void {
  assert.match(startedDateTime, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  assert.equal(time, timings.send + timings.wait + timings.receive)
  assert.ok(URL.canParse(request.url), request.url)
  assert.deepEqual(cache, {})
  for (const message of [request, response]) {
    assert.equal(message.headersSize, -1)
    assert.ok(Array.isArray(message.cookies) && Array.isArray(message.headers))
    for (const { name, value } of message.headers) assert.ok(typeof name === 'string' && typeof value === 'string')
  }
  assert.ok(Number.isInteger(response.status) && typeof response.statusText === 'string')
  assert.equal(typeof response.redirectURL, 'string')
  assert.ok(response.content.size >= 0 && response.content.mimeType !== '')
}

describe('SARIF 2.1.0', () => {
  const log = sarifReport(sampleReport(hostile, { baseline }), tool)
  const [run] = log.runs

  test('§3.27: each result names its rule by id and index, has a message and a place', () => {
    assert.equal(run.results.length, 4)
    for (const result of run.results) {
      assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId)
      assert.ok(result.message.text.length > 0)
      assert.ok(result.locations.length > 0)
    }
  })

  test('§3.49: rules are described, helped with, and ids are given once', () => {
    const { rules } = run.tool.driver
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length)
    for (const { shortDescription, fullDescription, help, properties } of rules) {
      for (const { text } of [shortDescription, fullDescription, help]) assert.ok(text.length > 0)
      assert.match(properties['security-severity'], /^\d\.\d$/)
    }
  })

  test('§3.29, §3.4: a place is a line of a file below the root of the sources', () => {
    const place = run.results[0]?.locations[0]?.physicalLocation
    assert.deepEqual(place, {
      artifactLocation: { uri: 'api/openapi.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 97, startColumn: 7 },
    })
  })

  test('§3.11.6: what a target said is no link of the report, whatever it is called', () => {
    const report = sampleReport()
    const said = 'see [the repair](https://evil.example) \ud800'
    const findings = report.findings.map(finding => ({ ...finding, reason: said, places: [{ file: 'a\ud800b' }] }))
    const results = report.results.map(result => ({ ...result, reason: said }))
    const text = printSarif({ ...report, findings, results, notes: [said] }, tool)
    assert.ok(text.includes('[the repair] (https://evil.example)') && !text.includes(']('))
  })

  test('§3.27.17: the fingerprint is the one that the baseline names', () =>
    assert.deepEqual(run.results[0]?.partialFingerprints, { 'ambitFinding/v1': 'RS-TOK-01-f1a2' }))

  test('§3.35: what is accepted is suppressed, with the reason', () => {
    const suppressed = run.results.filter(({ suppressions }) => suppressions.length > 0)
    assert.deepEqual(
      suppressed.map(({ ruleId, suppressions }) => [ruleId, suppressions]),
      [['RS-SCP-03', [{ kind: 'external', status: 'accepted', justification: 'in May (mia, until 2026-12-31)' }]]],
    )
  })

  test('§3.20: what could not be judged is a notification, and a run that was stopped was not successful', () => {
    const [invocation] = run.invocations
    assert.equal(invocation.executionSuccessful, true)
    assert.equal(invocation.toolExecutionNotifications.filter(({ level }) => level === 'warning').length, 2)
    assert.equal(
      sarifReport({ ...sampleReport(), isCut: true }, tool).runs[0].invocations[0].executionSuccessful,
      false,
    )
  })

  const files: readonly (readonly [file: string, wanted: object])[] = [
    ['./src/a b.ts', { uri: 'src/a%20b.ts', uriBaseId: '%SRCROOT%' }],
    ['/srv/a.ts', { uri: 'file:///srv/a.ts' }],
    ['C:\\src\\a.ts', { uri: 'file:///C:/src/a.ts' }],
    ['https://api.example/openapi.json', { uri: 'https://api.example/openapi.json' }],
  ]
  for (const [file, wanted] of files)
    test(`§3.4.3: ${file} as a URI`, () => {
      const report = sampleReport()
      const findings = report.findings.slice(0, 1).map(finding => ({ ...finding, places: [{ file }] }))
      const place = sarifReport({ ...report, findings }, tool).runs[0].results[0]?.locations[0]?.physicalLocation
      assert.deepEqual(place, { artifactLocation: wanted })
    })

  test('what has no place stands at the head of the document', () => {
    const report = sampleReport()
    const findings = report.findings.slice(0, 1).map(finding => ({ ...finding, places: [] }))
    const place = sarifReport({ ...report, findings }, tool).runs[0].results[0]?.locations[0]?.physicalLocation
    assert.deepEqual(place?.region, { startLine: 1 })
  })
})

type Element = {
  readonly nodeName: string
  readonly attrs?: readonly { readonly name: string; readonly value: string }[]
  readonly childNodes?: readonly Element[]
  readonly value?: string
}

describe('JUnit', () => {
  const text = printJunit(sampleReport(hostile, { baseline }))
  const elements = all(
    parseFragment(text.replace(/^<\?xml[^>]*\?>/, '').replaceAll(/<([\w-]+)([^<>]*)\/>/g, '<$1$2></$1>')),
  )
  const byName = (name: string) => elements.filter(({ nodeName }) => nodeName === name)
  const attributesOf = ({ attrs = [] }: Element) => new Map(attrs.map(({ name, value }) => [name, value]))

  test('the elements and attributes are those of the schema', () => {
    const known: Readonly<Record<string, readonly string[]>> = {
      testsuites: ['name', 'tests', 'failures', 'errors', 'time'],
      testsuite: ['name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp'],
      testcase: ['classname', 'name', 'time'],
      failure: ['message', 'type'],
      error: ['message', 'type'],
      skipped: [],
      'system-out': [],
    }
    for (const element of elements)
      for (const name of attributesOf(element).keys())
        assert.ok(known[element.nodeName]?.includes(name), `${element.nodeName} ${name}`)
    assert.deepEqual(new Set(elements.map(({ nodeName }) => nodeName)), new Set(Object.keys(known)))
    for (const suite of byName('testsuite'))
      assert.match(attributesOf(suite).get('timestamp') ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
  })

  test('the sums are right, and no name is given twice', () => {
    const [root] = byName('testsuites')
    assert.ok(root !== undefined)
    for (const [attribute, name] of [
      ['tests', 'testcase'],
      ['failures', 'failure'],
      ['errors', 'error'],
    ] as const)
      assert.equal(attributesOf(root).get(attribute), String(byName(name).length), attribute)
    const names = byName('testcase').map(each => [...attributesOf(each)].filter(([name]) => name !== 'time').join())
    assert.equal(new Set(names).size, names.length)
  })

  test('a folded result fails under its cause', () => {
    const failure = byName('failure')
      .map(attributesOf)
      .find(each => each.get('message')?.startsWith('because of'))
    assert.equal(failure?.get('type'), 'RS-TOK-01')
    assert.match(
      failure?.get('message') ?? '',
      /^because of RS-TOK-01, a request without a token: a token without a signature/,
    )
  })

  test('what is accepted is skipped, what could not be judged is an error, a warning passes and says so', () => {
    assert.match(text, /<skipped>accepted until 2026-12-31: a token with `read_pets` got 200/)
    assert.equal(byName('error').length, 2)
    assert.match(text, /<system-out>warning: /)
    assert.equal(byName('failure').length, 2)
    assert.match(printJunit(sampleReport(), { warningsFail: true }), /type="RS-ERR-01"/)
  })

  test('XML 1.0 §2.2: nothing stands in it that a parser refuses', () => {
    assert.equal(/[^\P{Cc}\t\n]|[\ud800-\udfff\ufffe\uffff]/u.test(text), false)
    assert.equal(text.includes('<script'), false)
  })
})

function all(node: { readonly childNodes?: readonly unknown[] }): readonly Element[] {
  return (node.childNodes ?? [])
    .filter(isElement)
    .flatMap(child => (child.nodeName.startsWith('#') ? [] : [child, ...all(child)]))
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && 'nodeName' in value
}
