import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { caseIds } from '../catalogue/case-id.ts'
import type { CaseText, MatrixCell } from '../catalogue/test-case.ts'
import type { Finding, ProbeResult } from '../run/run-record.ts'
import { answeredBy, sampleOperation, sampleText } from '../run/testing/sample-target.ts'
import { causes } from './causes.ts'
import { foldResults } from './fold.ts'

const operations = [
  sampleOperation('GET /pets'),
  sampleOperation('POST /pets'),
  sampleOperation('DELETE /pets'),
  sampleOperation('GET /stock', { schemes: ['other'], resource: 'https://stock.example' }),
]
const cases = caseIds.map(id => sampleText(id, { severity: id === 'RS-JWT-01' ? 'critical' : 'high' }))

type Given = Partial<ProbeResult> & Pick<ProbeResult, 'caseId'>

function result({ caseId, operation = 'GET /pets', ...rest }: Given): ProbeResult {
  const name = [caseId, operation, rest.variant].filter(part => part !== undefined).join(' · ')
  const base = { name, caseId, operation, verdict: 'fail', reason: `${caseId} went wrong` } as const
  return { ...base, evidence: [], startedAt: 0, duration: 0, ...rest }
}

const accepted = (caseId: ProbeResult['caseId'], rest: Partial<ProbeResult> = {}) =>
  result({ caseId, complaint: 'accepted', ...rest })
const passed = (caseId: ProbeResult['caseId'], rest: Partial<ProbeResult> = {}) =>
  result({ caseId, verdict: 'pass', ...rest })
const form = (caseId: ProbeResult['caseId'], complaint: string, rest: Partial<ProbeResult> = {}) =>
  result({ caseId, verdict: 'warn', complaint, ...rest })
const cell = (
  scope: string,
  expected: MatrixCell['expected'],
  observed: MatrixCell['observed'],
  operation = 'GET /pets',
) => ({ operation, scope, expected, observed, rule: '' }) satisfies MatrixCell

function fold(results: readonly ProbeResult[], texts: readonly CaseText[] = cases): readonly Finding[] {
  return foldResults(results, texts, operations)
}

function shape(results: readonly ProbeResult[]): readonly string[] {
  return fold(results).map(({ caseId, results: own, folded }) => {
    const others = [...new Set(folded.map(each => each.caseId))].join(' ')
    return `${caseId} ${own.length}${others === '' ? '' : ` < ${others}`}`
  })
}

test('what passes is in no finding', () => {
  assert.deepEqual(fold([passed('RS-TOK-01'), result({ caseId: 'RS-TOK-02', verdict: 'inconclusive' })]), [])
})

test('an operation without a guard is one finding', () => {
  const all = ['RS-TOK-01', 'RS-TOK-02', 'RS-JWT-01', 'RS-JWT-02', 'RS-CLM-01', 'RS-SCP-02', 'RS-OBJ-01'] as const
  assert.deepEqual(shape(all.map(id => accepted(id))), [
    'RS-TOK-01 1 < RS-TOK-02 RS-JWT-01 RS-JWT-02 RS-CLM-01 RS-SCP-02 RS-OBJ-01',
  ])
})

test('where a token is looked at as soon as there is one, what is wrong with it is a finding of its own', () => {
  const results = [accepted('RS-TOK-01'), passed('RS-TOK-02'), accepted('RS-JWT-01')]
  assert.deepEqual(shape(results), ['RS-JWT-01 1', 'RS-TOK-01 1'])
})

test('an open operation explains nothing on another one', () => {
  const results = [accepted('RS-TOK-01'), accepted('RS-SCP-02', { operation: 'POST /pets' })]
  assert.equal(shape(results).length, 2)
})

test('a signature that is not looked at explains the others, but no claims', () => {
  const results = [accepted('RS-JWT-02'), accepted('RS-JWT-01'), accepted('RS-JWT-05'), accepted('RS-CLM-06')]
  assert.deepEqual(shape(results).toSorted(), ['RS-CLM-06 1', 'RS-JWT-02 1 < RS-JWT-01 RS-JWT-05'])
})

test('a cause of which one variant passed explains nothing: the thing is looked at', () => {
  const some = [accepted('RS-CLM-06', { variant: 'a longer name' }), passed('RS-CLM-06', { variant: 'another API' })]
  assert.deepEqual(shape([...some, accepted('RS-CLM-07')]), ['RS-CLM-06 1', 'RS-CLM-07 1'])
})

test('a cause that is bad in another way explains nothing', () => {
  const results = [form('RS-JWT-02', '400 instead of 401'), accepted('RS-JWT-01')]
  assert.deepEqual(shape(results), ['RS-JWT-01 1', 'RS-JWT-02 1'])
})

test('a case that fetched what a token named, although it refused the token, is its own finding', () => {
  const fetched = result({ caseId: 'RS-JWT-06', evidence: [answeredBy(401)] })
  assert.equal(shape([accepted('RS-JWT-02'), fetched]).length, 2)
})

test('in the matrix, a cell is explained by whatever tells more about its scope', () => {
  const wrong = (scope: string, operation = 'GET /pets') =>
    accepted('RS-SCP-03', { variant: scope, operation, cell: cell(scope, 'refused', 'allowed', operation) })
  const right = passed('RS-SCP-03', { variant: 'other', cell: cell('other', 'refused', 'refused') })
  assert.deepEqual(shape([wrong('read_all'), right, accepted('RS-SCP-05')]), ['RS-SCP-05 1 < RS-SCP-03'])
  assert.deepEqual(shape([wrong('READ'), right, accepted('RS-SCP-06')]), ['RS-SCP-06 1 < RS-SCP-03'])
  assert.deepEqual(shape([wrong('stock'), right, accepted('RS-SCP-05')]), ['RS-SCP-03 1', 'RS-SCP-05 1'])
  assert.deepEqual(shape([wrong('stock'), right, accepted('RS-SCP-07')]), ['RS-SCP-03 1 < RS-SCP-07'])
  const write = { operation: 'POST /pets' }
  const refused = passed('RS-SCP-03', {
    ...write,
    variant: 'other',
    cell: cell('other', 'refused', 'refused', 'POST /pets'),
  })
  assert.deepEqual(shape([wrong('read', 'POST /pets'), refused, accepted('RS-SCP-10', write)]), [
    'RS-SCP-10 1 < RS-SCP-03',
  ])
})

test('where every scope opens an operation, the matrix is the finding', () => {
  const wrong = (scope: string) => accepted('RS-SCP-03', { variant: scope, cell: cell(scope, 'refused', 'allowed') })
  const allowed = passed('RS-SCP-03', { variant: 'read', cell: cell('read', 'allowed', 'allowed') })
  const results = [wrong('a'), wrong('b'), allowed, accepted('RS-SCP-05'), accepted('RS-SCP-07'), accepted('RS-SCP-12')]
  assert.deepEqual(shape(results), ['RS-SCP-03 2 < RS-SCP-05 RS-SCP-07 RS-SCP-12'])
})

test('where a token without scope opens everything, its cell in the matrix is the same', () => {
  const empty = accepted('RS-SCP-03', { variant: 'no scope', cell: cell('', 'refused', 'allowed') })
  const results = [accepted('RS-SCP-02'), passed('RS-SCP-07'), empty, accepted('RS-SCP-12')]
  assert.deepEqual(shape(results), ['RS-SCP-02 1 < RS-SCP-03', 'RS-SCP-12 1'])
})

test('refusals that are wrong in the same form are one finding for each guard', () => {
  const complaint = 'no `WWW-Authenticate` challenge for Bearer or DPoP came with it'
  const results = [
    form('RS-JWT-01', complaint),
    form('RS-TOK-01', complaint, { operation: 'POST /pets' }),
    form('RS-TOK-02', complaint),
    form('RS-CLM-01', '400 instead of 401'),
    form('RS-JWT-02', complaint, { operation: 'GET /stock' }),
  ]
  assert.deepEqual(shape(results).toSorted(), ['RS-CLM-01 1', 'RS-JWT-02 1', 'RS-TOK-01 1 < RS-TOK-02 RS-JWT-01'])
})

test('the same word of two cases about something else is no reason to fold', () => {
  assert.equal(shape([form('RS-TOK-08', 'slow'), form('RS-JWT-15', 'slow')]).length, 2)
})

test('what is let in by the guard and refused behind it is one hole', () => {
  const results = [accepted('RS-TOK-02'), form('RS-TOK-02', '404 instead of 401', { operation: 'POST /pets' })]
  assert.deepEqual(shape(results), ['RS-TOK-02 2'])
})

test('one case on many operations is one finding, with all of them', () => {
  const results = ['GET /pets', 'POST /pets', 'GET /stock'].map(operation => accepted('RS-SCP-02', { operation }))
  const [finding, ...others] = fold(results)
  assert.deepEqual(others, [])
  assert.deepEqual(finding?.operations, ['GET /pets', 'GET /stock', 'POST /pets'])
  assert.match(finding?.reason ?? '', /^RS-SCP-02 went wrong; 2 other tests show the same$/)
})

test('a finding says why the others failed', () => {
  const [finding] = fold([accepted('RS-CLM-06'), accepted('RS-CLM-07')])
  assert.match(
    finding?.reason ?? '',
    /; 1 test of another case fails only because of it: for whom a token is is not looked at/,
  )
})

test('letting in is as bad as its case says; failing is medium, and the form of a refusal low', () => {
  const severityOf = (bad: ProbeResult) => fold([bad])[0]?.severity
  assert.equal(severityOf(accepted('RS-JWT-01')), 'critical')
  assert.equal(severityOf(result({ caseId: 'RS-JWT-01', evidence: [answeredBy(500)] })), 'medium')
  assert.equal(severityOf(form('RS-JWT-01', '400 instead of 401')), 'low')
  assert.equal(severityOf(result({ caseId: 'RS-JWT-01', verdict: 'warn' })), 'medium')
  assert.equal(fold([accepted('RS-JWT-02'), accepted('RS-JWT-01')])[0]?.severity, 'critical')
  assert.deepEqual(foldResults([accepted('RS-JWT-01')], [], [])[0]?.severity, 'medium')
})

test('a failing server is not called the hole that it hides', () => {
  const [finding] = fold([result({ caseId: 'RS-TOK-03', evidence: [answeredBy(500)] })])
  assert.match(finding?.title ?? '', /: the server fails instead of refusing$/)
})

test('the title says what is wrong, whatever was tried', () => {
  const titleOf = (bad: ProbeResult) => fold([bad])[0]?.title
  assert.equal(titleOf(accepted('RS-TOK-01')), 'a call without a token is let in')
  assert.equal(titleOf(result({ caseId: 'RS-PRV-01' })), 'nobody says who may call an operation')
  assert.match(titleOf(result({ caseId: 'RS-SCP-03', complaint: '403 instead of a success' })) ?? '', /turned away$/)
  assert.match(titleOf(form('RS-TOK-06', '400 instead of 401')) ?? '', /: 400 instead of 401$/)
  for (const id of caseIds) assert.notEqual(titleOf(accepted(id)), sampleText(id).title, id)
})

test('whose an object is is not looked at, whatever the caller says about it: one finding', () => {
  const said = { reason: 'a foreign object with `X-User` naming its owner was accepted', variant: 'header' }
  assert.deepEqual(shape([accepted('RS-OBJ-01'), accepted('RS-CND-05', said)]), ['RS-OBJ-01 1 < RS-CND-05'])
  const store = { reason: 'a body with another `store` was accepted' }
  assert.equal(shape([accepted('RS-OBJ-01'), accepted('RS-CND-05', store)]).length, 2)
})

test('a fingerprint knows neither order nor seed nor lines, but another operation and another cell', () => {
  const printOf = (...results: readonly ProbeResult[]) => fold(results)[0]?.fingerprint
  const one = accepted('RS-SCP-02')
  const other = accepted('RS-SCP-02', { operation: 'POST /pets' })
  assert.equal(printOf(one, other), printOf(other, one))
  assert.equal(printOf(one), printOf({ ...one, place: { file: 'a.ts', line: 7 }, startedAt: 99 }))
  // another variant may be another defect, but not of how something is refused
  assert.notEqual(printOf(one), printOf({ ...one, variant: 'x' }))
  const style = form('RS-SCP-02', '404 instead of 403')
  assert.equal(printOf(style), printOf({ ...style, variant: 'x' }))
  assert.notEqual(printOf(one), printOf(one, other))
  const cells = ['a', 'b'].map(scope => accepted('RS-SCP-03', { cell: cell(scope, 'refused', 'allowed') }))
  assert.notEqual(printOf(...cells.slice(0, 1)), printOf(...cells.slice(1)))
})

test('a defect of the guard has the same fingerprint on whichever of its operations it was seen', () => {
  const printOf = (operation: string) => fold([accepted('RS-JWT-01', { operation })])[0]?.fingerprint
  assert.equal(printOf('GET /pets'), printOf('POST /pets'))
  assert.notEqual(printOf('GET /pets'), printOf('GET /stock'))
})

test('every row of the table explains something, and only cases that there are', () => {
  for (const { cause, explains, butNot = [], unless = [] } of causes) {
    for (const start of [...explains, ...butNot])
      assert.ok(
        caseIds.some(id => id === start || id.startsWith(`${start}-`)),
        `${cause}: ${start}`,
      )
    assert.ok([cause, ...unless].every(id => caseIds.includes(id)))
    assert.ok(!explains.includes(cause), cause)
  }
})

const anyResult = fc
  .record({
    caseId: fc.constantFrom(...caseIds.filter(id => id.startsWith('RS-'))),
    operation: fc.constantFrom('GET /pets', 'POST /pets', 'DELETE /pets', 'GET /stock', undefined),
    variant: fc.constantFrom(undefined, 'a', 'without htu', 'another host', '“x”', 'roles'),
    verdict: fc.constantFrom('fail', 'fail', 'fail', 'warn', 'warn', 'pass', 'inconclusive', 'not_applicable'),
    complaint: fc.constantFrom(
      'accepted',
      'accepted',
      'accepted',
      undefined,
      '500 instead of a refusal',
      '403 instead of a success',
      '400 instead of 401',
      'its challenge lacks `error="invalid_token"`',
    ),
    scope: fc.constantFrom(undefined, '', 'read', 'write', 'READ', 'reader'),
    status: fc.constantFrom(undefined, 200, 401, 500),
  } as const)
  .map(({ scope, status, operation, variant, complaint, ...rest }): ProbeResult => {
    const evidence = status === undefined ? [] : [answeredBy(status)]
    const made = {
      name: 'x',
      reason: 'it went wrong',
      startedAt: 0,
      duration: 0,
      evidence,
      ...(operation === undefined ? {} : { operation }),
      ...(variant === undefined ? {} : { variant }),
      ...(complaint === undefined ? {} : { complaint }),
      ...(scope === undefined ? {} : { cell: cell(scope, 'refused', 'allowed') }),
      ...rest,
    }
    return made
  })

const anyResults = fc
  .array(anyResult, { maxLength: 60 })
  .map(all => all.map((each, index) => ({ ...each, name: `r${index}` })))

test('law: each failure and each warning is in exactly one finding, and nothing else is in any', () => {
  fc.assert(
    fc.property(anyResults, results => {
      const told = fold(results).flatMap(finding => [...finding.results, ...finding.folded])
      const bad = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
      assert.equal(told.length, bad.length)
      assert.deepEqual(new Set(told), new Set(bad))
    }),
    { numRuns: 400 },
  )
})

test('law: the order of the results does not matter', () => {
  const shuffled = anyResults.chain(results =>
    fc.tuple(fc.constant(results), fc.shuffledSubarray(results, { minLength: results.length })),
  )
  fc.assert(
    fc.property(shuffled, ([results, other]) => assert.deepEqual(fold(other), fold(results))),
    { numRuns: 400 },
  )
})

test('law: folding what was folded changes nothing', () => {
  fc.assert(
    fc.property(anyResults, results => {
      const findings = fold(results)
      const rest = results.filter(({ verdict }) => verdict !== 'fail' && verdict !== 'warn')
      assert.deepEqual(fold([...findings.flatMap(each => [...each.folded, ...each.results]), ...rest]), findings)
    }),
    { numRuns: 200 },
  )
})

test('law: a finding is under its own case, and has the worst severity of what is in it', () => {
  fc.assert(
    fc.property(anyResults, results => {
      for (const { caseId, results: own, folded, verdict } of fold(results)) {
        assert.ok(own.length > 0 && own.every(each => each.caseId === caseId))
        assert.ok(folded.every(each => each.caseId !== caseId))
        assert.equal(verdict, [...own, ...folded].some(each => each.verdict === 'fail') ? 'fail' : 'warn')
      }
    }),
  )
})

test('thousands of results are folded in little time', () => {
  const many = Array.from({ length: 4000 }, (_, index) =>
    accepted(caseIds[index % 119] ?? 'RS-TOK-01', { operation: `GET /things/${index % 200}`, name: `r${index}` }),
  )
  const started = performance.now()
  fold(many)
  assert.ok(performance.now() - started < 3000)
})

test('a refusal in the wrong form is no part of a hole that another variant shows on the same operation', () => {
  const results = [
    accepted('RS-CLM-08', { variant: 'a text' }),
    form('RS-CLM-08', '302 instead of 401', { variant: 'missing' }),
    form('RS-TOK-01', '302 instead of 401'),
  ]
  assert.deepEqual(shape(results), ['RS-CLM-08 1', 'RS-TOK-01 1 < RS-CLM-08'])
})

test('what a guard lets in on one operation and another one refuses further inside is the same hole', () => {
  const results = [
    accepted('RS-CLM-08', { variant: 'a text' }),
    form('RS-CLM-08', '400 instead of 401', { variant: 'a text', operation: 'POST /pets' }),
  ]
  assert.deepEqual(shape(results), ['RS-CLM-08 2'])
})

test('a redirect is one finding, whatever refusal was wanted in its place', () => {
  const results = [form('RS-TOK-01', '302 instead of 401'), form('RS-TOK-07', '302 instead of 400')]
  assert.deepEqual(shape(results), ['RS-TOK-01 1 < RS-TOK-07'])
  const different = [form('RS-TOK-01', '404 instead of 401'), form('RS-TOK-07', '404 instead of 400')]
  assert.equal(shape(different).length, 2)
})

test('a challenge that repeats the token is one finding, and a body that does so another', () => {
  const repeats = result({ caseId: 'RS-ERR-04', complaint: 'a', reason: 'the challenge repeats what was sent' })
  const shows = (where: string) =>
    result({ caseId: 'RS-ERR-02', complaint: `b${where}`, reason: `a refusal shows the token that was sent${where}` })
  assert.deepEqual(shape([repeats, shows(' in the header `WWW-Authenticate`')]), ['RS-ERR-04 1 < RS-ERR-02'])
  assert.equal(shape([repeats, shows('')]).length, 2)
})

test('that caches are not ruled out matters little, and that they are invited more', () => {
  const severityOf = (verdict: 'warn' | 'fail', complaint: string) =>
    fold([result({ caseId: 'RS-ERR-03', verdict, complaint })], [sampleText('RS-ERR-03', { severity: 'medium' })])[0]
      ?.severity
  assert.equal(severityOf('warn', 'caching not ruled out'), 'low')
  assert.equal(severityOf('fail', 'shared caches'), 'medium')
})

test('of what looks alike each variant is named, so that no second defect is hidden behind the first', () => {
  const variants = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k']
  const two = fold(variants.slice(0, 2).map(variant => accepted('RS-ROU-04', { variant })))
  assert.match(two[0]?.reason ?? '', /; another test shows the same: “b”$/)
  const many = fold(variants.map(variant => accepted('RS-ROU-04', { variant })))
  assert.match(many[0]?.reason ?? '', /; 10 other tests show the same: “b”, .*, “i”, 2 more$/)
})

test('a token of another kind is let in for its own reason where type or audience is looked at', () => {
  const other = accepted('RS-TYP-01')
  const type = (verdict: 'pass' | 'fail') => result({ caseId: 'RS-JWT-13', verdict, complaint: 'accepted' })
  const audience = (verdict: 'pass' | 'fail') => result({ caseId: 'RS-CLM-06', verdict, complaint: 'accepted' })
  assert.deepEqual(shape([other, type('fail'), audience('pass')]).toSorted(), ['RS-JWT-13 1', 'RS-TYP-01 1'])
  assert.deepEqual(shape([other, type('pass'), audience('fail')]).toSorted(), ['RS-CLM-06 1', 'RS-TYP-01 1'])
  assert.equal(shape([other, type('fail'), audience('fail')]).length, 2)
})

test('a token without the claim explains no scope that is a list', () => {
  const absent = accepted('RS-SCP-02')
  const list = (variant: string) => accepted('RS-SCP-09', { variant })
  const looked = passed('RS-SCP-07')
  assert.deepEqual(shape([absent, looked, list('scp as a list')]), ['RS-SCP-02 1 < RS-SCP-09'])
  assert.equal(shape([absent, looked, list('scope as a list')]).length, 2)
})

test('what an open operation lets in is no cause behind the same guard, and a hole there is told', () => {
  const open = ['RS-TOK-01', 'RS-TOK-02', 'RS-JWT-02', 'RS-JWT-01'] as const
  const results = [
    ...open.map(id => accepted(id)),
    passed('RS-TOK-01', { operation: 'POST /pets' }),
    passed('RS-JWT-02', { operation: 'POST /pets' }),
    accepted('RS-JWT-01', { operation: 'POST /pets' }),
  ]
  assert.deepEqual(shape(results), ['RS-TOK-01 1 < RS-TOK-02 RS-JWT-01 RS-JWT-02', 'RS-JWT-01 1'])
  const crashed = result({ caseId: 'RS-JWT-01', operation: 'POST /pets', complaint: '500 instead of a refusal' })
  assert.equal(shape([...open.map(id => accepted(id)), crashed]).length, 2)
})

test('how a result is bad is told by its last answer', () => {
  const byAnswers = (...statuses: readonly number[]) =>
    result({ caseId: 'RS-JWT-01', evidence: statuses.map(status => answeredBy(status)) })
  assert.deepEqual(shape([accepted('RS-JWT-02'), byAnswers(401, 200)]), ['RS-JWT-02 1 < RS-JWT-01'])
  assert.equal(shape([accepted('RS-JWT-02'), byAnswers(200, 401)]).length, 2)
})

test('a server that fails matters no more than its case does', () => {
  const crash = result({ caseId: 'RS-TOK-03', complaint: '500 instead of a refusal' })
  for (const [severity, told] of [
    ['critical', 'medium'],
    ['low', 'low'],
  ] as const)
    assert.equal(fold([crash], [sampleText('RS-TOK-03', { severity })])[0]?.severity, told)
})

test('a warning is no cause of a failure', () => {
  const weak = accepted('RS-CLM-06', { verdict: 'warn' })
  assert.equal(shape([weak, accepted('RS-CLM-07')]).length, 2)
  assert.equal(shape([weak, accepted('RS-CLM-07', { verdict: 'warn' })]).length, 1)
})

test('a cause must be bad in the way that it explains', () => {
  const crashed = result({ caseId: 'RS-JWT-02', complaint: '500 instead of a refusal' })
  assert.equal(shape([crashed, accepted('RS-JWT-01')]).length, 2)
})

test('what has a row of its own is not explained by an open operation', () => {
  assert.equal(shape([accepted('RS-TOK-01'), accepted('RS-JWT-09')]).length, 2)
  assert.equal(shape([accepted('RS-TOK-01'), accepted('RS-JWT-08')]).length, 1)
})

test('two claims are the same only by name, two conditions by what they are called, two calls by what was sent', () => {
  const claim = (caseId: 'RS-SCP-13' | 'RS-SCP-09', variant: string) => accepted(caseId, { variant })
  assert.equal(shape([claim('RS-SCP-13', 'roles'), claim('RS-SCP-09', 'roles as a list')]).length, 1)
  assert.equal(shape([claim('RS-SCP-13', 'permissions'), claim('RS-SCP-09', 'roles as a list')]).length, 2)
  const condition = (caseId: 'RS-CND-01' | 'RS-CND-05', variant: string) => accepted(caseId, { variant })
  const held = passed('RS-CND-01', { variant: '“other”' })
  assert.equal(shape([condition('RS-CND-01', '“a”'), held, condition('RS-CND-05', '“a”, header')]).length, 1)
  assert.equal(shape([condition('RS-CND-01', '“a”'), held, condition('RS-CND-05', '“b”, header')]).length, 2)
  const call = (caseId: 'RS-CND-01' | 'RS-CND-02', body: string) => {
    const exchange = answeredBy(200)
    return accepted(caseId, { evidence: [{ ...exchange, request: { ...exchange.request, body } }] })
  }
  const limit = passed('RS-CND-01', { variant: 'another' })
  assert.equal(shape([limit, call('RS-CND-02', '{"a":1}'), call('RS-CND-01', '{"a":1}')]).length, 1)
  assert.equal(shape([limit, call('RS-CND-02', '{"a":1}'), call('RS-CND-01', '{"a":2}')]).length, 2)
})

test('a way around the guard for too little scope is explained only where no other such way was shut', () => {
  const wide = accepted('RS-SCP-02')
  const way = (variant: string) =>
    accepted('RS-ROU-02', { variant, reason: 'with a token of too little scope, was let in' })
  const shut = passed('RS-ROU-02', { variant: 'shut', reason: 'with a token of too little scope, was refused' })
  const some = passed('RS-SCP-07')
  assert.equal(shape([wide, some, way('open')]).length, 1)
  assert.equal(shape([wide, some, way('open'), shut]).length, 2)
})

test('another variant on another operation is another hole', () => {
  const results = [
    accepted('RS-CLM-08', { variant: 'a text' }),
    form('RS-CLM-08', '400 instead of 401', { variant: 'missing', operation: 'POST /pets' }),
  ]
  assert.equal(shape(results).length, 2)
})

test('in the matrix, a refused token without scope speaks against nothing', () => {
  const wrong = accepted('RS-SCP-03', { variant: 'a', cell: cell('a', 'refused', 'allowed') })
  const none = passed('RS-SCP-03', { variant: 'no scope', cell: cell('', 'refused', 'refused') })
  const one = passed('RS-SCP-03', { variant: 'b', cell: cell('b', 'refused', 'refused') })
  assert.equal(shape([wrong, none, accepted('RS-SCP-12')]).length, 1)
  assert.equal(shape([wrong, none, one, accepted('RS-SCP-12')]).length, 2)
})

test('comparisons of text are the same on each guard, and a wanted scope is no look-alike of itself', () => {
  const wrong = (scope: string) =>
    accepted('RS-SCP-03', {
      variant: scope,
      operation: 'GET /stock',
      cell: cell(scope, 'refused', 'allowed', 'GET /stock'),
    })
  assert.equal(shape([accepted('RS-SCP-05'), wrong('read_all')]).length, 1)
  assert.equal(shape([accepted('RS-SCP-06'), wrong('READ')]).length, 1)
  for (const cause of ['RS-SCP-05', 'RS-SCP-06', 'RS-SCP-04'] as const)
    assert.equal(shape([accepted(cause), wrong('read')]).length, 2, cause)
})

test('a finding is as bad as its worst result, which heads it, and failures come before warnings', () => {
  const both = [
    accepted('RS-CLM-09', { verdict: 'warn', variant: 'a', reason: 'a warning' }),
    accepted('RS-CLM-09', { verdict: 'fail', variant: 'b', reason: 'a failure' }),
  ]
  const [finding] = fold(both)
  assert.equal(finding?.verdict, 'fail')
  assert.match(finding?.reason ?? '', /^a failure/)
  const texts = [sampleText('RS-CLM-09', { severity: 'critical' }), sampleText('RS-CLM-02', { severity: 'low' })]
  const warned = accepted('RS-CLM-09', { verdict: 'warn' })
  assert.deepEqual(
    fold([warned, accepted('RS-CLM-02')], texts).map(({ caseId }) => caseId),
    ['RS-CLM-02', 'RS-CLM-09'],
  )
})

test('what is wrong in two ways is two findings', () => {
  assert.equal(
    shape([result({ caseId: 'RS-ERR-05', complaint: 'a' }), result({ caseId: 'RS-ERR-05', complaint: 'b' })]).length,
    2,
  )
})
