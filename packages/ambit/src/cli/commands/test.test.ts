import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { allCases, type JsonReport } from '@ambit/tester'
import type { PlanDocument } from '../../tester/plan-document.ts'
import { parseJson } from '../testing/json.ts'
import type { Cli } from '../testing/run.ts'
import { testCli } from '../testing/run.ts'

const scopes = { read_pets: 'See pets', write_pets: 'Change pets' }
const oauth = { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'https://as.example/token', scopes } } }
const answers = { 200: { description: 'well' } }
const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^[a-z]{3}$' } }
const api = {
  openapi: '3.1.0',
  info: { title: 'Pets', version: '1' },
  servers: [{ url: 'http://127.0.0.1:1/v1' }],
  components: { securitySchemes: { oauth } },
  paths: {
    '/': { get: { operationId: 'index', security: [], responses: answers } },
    '/pets': {
      get: { operationId: 'listPets', security: [{ oauth: ['read_pets'] }], responses: answers },
      post: { operationId: 'addPet', security: [{ oauth: ['write_pets'] }], responses: answers },
    },
    '/pets/{id}': {
      get: { operationId: 'seePet', parameters: [id], security: [{ oauth: ['read_pets'] }], responses: answers },
    },
  },
}

function withApi(context: TestContext): Cli {
  const cli = testCli(context, 'none')
  writeFileSync(join(cli.folder, 'api.json'), JSON.stringify(api))
  return cli
}

const plan = 'test --openapi api.json --issuer https://as.example --client-id tester --dry-run --offline'

describe('ambit test --dry-run', () => {
  test('prints operations, cases, reasons and what would be written', async t => {
    const { code, out, err } = await withApi(t).run(`${plan} --report html`)
    assert.equal(code, 0, err)
    assert.match(out, /^Pets\nAPI http:\/\/127\.0\.0\.1:1, server https:\/\/as\.example\n\d+ tests on 4 operations/)
    assert.match(out, /^GET \/v1\/ +public +\d+ /m)
    assert.match(out, /^GET \/v1\/pets\/\{id\} +read_pets +\d+ +\d+ +id$/m)
    assert.match(out, /^RS-JWT-01 +L0 +\d+/m)
    assert.match(out, /it may change something, and writing was not allowed/)
    assert.match(out, /^ {2}html {2}.*report\.html$/m)
  })

  test('ECMA-48 §5.3: a document of a stranger gives the terminal no orders', async t => {
    const cli = withApi(t)
    const evil = '\u001b]0;x\u0007\u009b2J\u202e'
    const hostile = {
      ...api,
      info: { title: `Pets${evil}`, version: '1' },
      paths: {
        [`/pets${evil}`]: { get: { operationId: evil, security: [{ oauth: [`read${evil}`] }], responses: answers } },
      },
    }
    writeFileSync(join(cli.folder, 'api.json'), JSON.stringify(hostile))
    const { out, err } = await cli.run(plan)
    assert.doesNotMatch(out + err, /[^\P{Cc}\n]|\p{Cf}/u)
    writeFileSync(
      join(cli.folder, 'api.json'),
      JSON.stringify({ ...hostile, servers: [{ url: `x:${evil}` }], paths: {} }),
    )
    const broken = await cli.run(plan)
    assert.doesNotMatch(broken.out + broken.err, /[^\P{Cc}\n]|\p{Cf}/u)
  })

  test('as JSON it counts what a person would count', async t => {
    const { out } = await withApi(t).run(`${plan} --json`)
    const document = parseJson<PlanDocument>(out)
    assert.equal(document.version, 1)
    assert.deepEqual(
      document.operations.map(({ operation, access, leastScope, isWrite, madeUp }) => [
        operation,
        access,
        leastScope,
        isWrite,
        madeUp,
      ]),
      [
        ['GET /v1/', 'public', [], false, []],
        ['GET /v1/pets', 'token', ['read_pets'], false, []],
        ['POST /v1/pets', 'token', ['write_pets'], true, []],
        ['GET /v1/pets/{id}', 'token', ['read_pets'], false, ['id']],
      ],
    )
    const tests = document.cases.reduce((sum, each) => sum + each.tests, 0)
    assert.equal(tests, document.tests)
    assert.deepEqual(document.levels, ['S', 'L0'])
    assert.equal(document.writes, 0)
  })

  test('with writes allowed it has tests that write, and says so', async t => {
    const cli = withApi(t)
    const { out } = await cli.run(`${plan} --json --allow-writes`)
    assert.ok(parseJson<PlanDocument>(out).writes > 0)
    assert.match((await cli.run(`${plan} --allow-writes`)).out, /of them may change something/)
  })

  test('of the demonstration has every level and a flow for each operation', async t => {
    const { code, out, err } = await testCli(t, 'none').run('test --demo --dry-run --json')
    assert.equal(code, 0, err)
    const { levels, mayWrite, flows, operations, files } = parseJson<PlanDocument>(out)
    assert.deepEqual(levels, ['S', 'L0', 'L1', 'L2'])
    assert.equal(mayWrite, true)
    assert.deepEqual(
      flows.map(({ flow, operations: count }) => [
        flow.startsWith('authorization code with the client `Tester of scope` as `ada`'),
        count,
      ]),
      [[true, operations.length - 1]],
    )
    assert.match(files.html ?? '', /ambit-report\/report\.html$/)
  })

  test('shows no case without a test, and says what opens more', async t => {
    const cli = withApi(t)
    const { out } = await cli.run('test --openapi api.json --dry-run')
    assert.doesNotMatch(out, /^RS-JWT-01 /m)
    assert.match(out, /^RS-PRV-0\d +S +[1-9]/m)
    assert.match(out, /most tests need tokens: `--issuer` and `--client-id`/)
    assert.match((await cli.run(plan)).out, /the authorization server itself is tested with `--server`/)
  })

  test('says where users cannot log in', async t => {
    const cli = withApi(t)
    writeFileSync(
      join(cli.folder, 'ambit.tester.json'),
      JSON.stringify({
        api: { openapi: 'api.json' },
        issuer: 'http://localhost:1',
        clients: [{ clientId: 'robot', secret: 'x' }],
        users: [{ username: 'ada', password: 'y' }],
      }),
    )
    const { out, err } = await cli.run('test --dry-run --offline')
    assert.match(out.replaceAll(/\s+/g, ' '), /no client that they could log in to: give one its `redirectUris`/, err)
  })

  test('takes options before the file, and paths from where they are written', async t => {
    const cli = withApi(t)
    mkdirSync(join(cli.folder, 'tests'))
    const other = { ...api, info: { title: 'Others', version: '1' } }
    writeFileSync(join(cli.folder, 'tests', 'others.json'), JSON.stringify(other))
    const declared = {
      title: 'Named',
      api: { openapi: 'others.json' },
      issuer: 'https://as.example',
      reports: { html: 'a.html' },
    }
    writeFileSync(join(cli.folder, 'tests', 'ambit.tester.json'), JSON.stringify(declared))
    const read = async (more: string) =>
      parseJson<PlanDocument>(
        (await cli.run(`test --config tests/ambit.tester.json --dry-run --offline --json ${more}`)).out,
      )
    const plain = await read('')
    assert.deepEqual([plain.title, plain.issuer, plain.origin], ['Named', 'https://as.example', 'http://127.0.0.1:1'])
    assert.equal(plain.files.html, join(cli.folder, 'tests', 'a.html'))
    const changed = await read(
      '--base-url http://127.0.0.1:2 --issuer https://other.example --report html=b.html --client-id c',
    )
    assert.deepEqual([changed.issuer, changed.origin], ['https://other.example', 'http://127.0.0.1:2'])
    assert.equal(changed.files.html, join(cli.folder, 'b.html'))
    assert.ok(changed.levels.includes('L0'))
    assert.equal((await read('--openapi api.json')).operations.length, 4)
  })

  test('takes only what is wanted', async t => {
    const cli = withApi(t)
    const read = async (more: string) => parseJson<PlanDocument>((await cli.run(`${plan} --json ${more}`)).out)
    const whole = await read('')
    const { cases } = await read('--only RS-JWT --skip RS-JWT-01')
    assert.deepEqual([...new Set(cases.map(each => each.case.slice(0, 6)))], ['RS-JWT'])
    assert.ok(!cases.some(each => each.case === 'RS-JWT-01'))
    const parts = await Promise.all(['1/2', '2/2'].map(part => read(`--shard ${part}`)))
    assert.equal(
      parts.reduce((sum, { tests }) => sum + tests, 0),
      whole.tests,
    )
    assert.deepEqual((await read('--static')).levels, ['S'])
  })
})

const misuse: readonly (readonly [words: string, message: RegExp])[] = [
  ['test', /there is no `ambit\.tester\.ts`.*`--demo` shows a report/],
  ['test --openapi none.yaml --dry-run', /none\.yaml.*there is no such file/s],
  [`${plan} --only RS-JWX`, /`RS-JWX` names no case, tag, source or operation/],
  [`${plan} --shard 3`, /a part such as 2\/5 is wanted/],
  [`${plan} --shard 3/2`, /there is no part 3 of 2/],
  [`${plan} --report pdf`, /`pdf` is none of html/],
  [`${plan} --fail-on bad`, /failOn: `critical` or/],
  [`${plan} --concurrency many`, /concurrency: a whole number/],
  [`${plan} --base-url ftp://a`, /api\.baseUrl: an http or https URL/],
  ['test --proof https://api.example/x', /is no host; `--proof api\.example` is what is wanted/],
  [
    'test --openapi api.json --only RS-PRV --resume none/of/these',
    /the journal has a problem.*cannot be used: ENOENT/s,
  ],
  [
    'test --openapi api.json --only RS-PRV --baseline b.json --update-baseline --reason x --expires 2020-01-01',
    /`--expires` wants a day that is not over/,
  ],
  ['test --openapi api.json --offline', /`--offline` means nothing without `--dry-run`/],
  ['test --openapi api.json --wait-for nowhere', /--wait-for: an http or https URL is wanted/],
  ['test --openapi api.json --wait-for http://127.0.0.1:1/ --wait-timeout 0', /--wait-timeout: a number of seconds/],
  ['test --openapi api.json --update-baseline', /`--update-baseline` wants `--baseline <file>`/],
  ['test --openapi api.json --baseline none.json', /none\.json.*there is no such file/s],
  ['test --openapi api.json --baseline b.json --update-baseline --reason x --expires soon', /--expires/],
  [
    'test --proof api.example',
    /`ownership` in the configuration, or AMBIT_TEST_OWNERSHIP|there is no `ambit\.tester\.ts`/,
  ],
]
for (const [words, message] of misuse)
  test(`wrong usage exits with 2 and a sentence: ${words}`, async t => {
    const { code, err } = await withApi(t).run(words)
    assert.match(err, message)
    assert.equal(code, 2)
  })

test('names in the configuration that no operation has are wrong usage', async t => {
  const cli = withApi(t)
  writeFileSync(
    join(cli.folder, 'ambit.tester.json'),
    JSON.stringify({ api: { openapi: 'api.json', publicOperations: ['GET /pet'] } }),
  )
  const { code, err } = await cli.run('test --dry-run')
  assert.equal(code, 2)
  assert.match(err, /no operation is called `GET \/pet`/)
})

describe('ambit test cannot judge, and exits with 2', () => {
  test('where the server is not there', async t => {
    const { code, err } = await withApi(t).run('test --openapi api.json --issuer http://127.0.0.1:1 --client-id tester')
    assert.equal(code, 2)
    assert.match(err, /no metadata of `http:\/\/127\.0\.0\.1:1`/)
  })

  test('where an address that is waited for does not come', async t => {
    const { code, err } = await withApi(t).run(
      'test --openapi api.json --wait-for http://127.0.0.1:1/ --wait-timeout 1',
    )
    assert.equal(code, 2)
    assert.match(err, /was not there in time/)
  })

  test('where nothing shows that a host is the user’s', async t => {
    const { code, err } = await withApi(t).run('test --openapi api.json --base-url https://api.example')
    assert.equal(code, 2)
    assert.match(err, /nothing shows that `api\.example` is yours.*--proof api\.example/)
  })

  test('but not where it only reads, whosever host it is: a plan says what a run wants', async t => {
    const cli = withApi(t)
    const words = 'test --openapi api.json --base-url https://api.example'
    const { code, err } = await cli.run(`${words} --static`)
    assert.equal(code, 0, err)
    const { out } = await cli.run(`${words} --dry-run`)
    assert.match(out.replaceAll(/\s+/g, ' '), /before anything is sent, `api\.example` must show that you own it/)
  })

  test('where nobody lent it a client: the reports say so', async t => {
    const cli = withApi(t)
    const { code, out, err } = await cli.run('test --openapi api.json --only RS-TOK --report-folder out')
    assert.equal(code, 2, err)
    assert.match(out, /Nothing could be judged|Nothing wrong was found/)
    for (const name of ['report.html', 'report.json', 'junit.xml', 'report.sarif', 'report.har'])
      assert.ok(existsSync(join(cli.folder, 'out', name)), name)
    assert.equal(parseJson<JsonReport>(readFileSync(join(cli.folder, 'out', 'report.json'), 'utf8')).version, 1)
  })

  test('where one report cannot be written: the others are, the summary is shown, and the exit tells it', async t => {
    const cli = withApi(t)
    writeFileSync(join(cli.folder, 'taken'), 'a file')
    const reports = '--report html=taken/report.html --report json=report.json'
    const { code, out, err } = await cli.run(`test --openapi api.json --only RS-TOK ${reports}`)
    assert.equal(code, 2, err)
    assert.match(err, /report\.html` could not be written: (?:ENOTDIR|EEXIST)/)
    assert.match(out, /for programs: .*report\.json/)
    assert.doesNotMatch(out, /for people: .*report\.html/)
    assert.ok(existsSync(join(cli.folder, 'report.json')))
  })
})

test('every case is listed with its level and words', async t => {
  const { code, out } = await testCli(t, 'none').run('test --list --json')
  assert.equal(code, 0)
  assert.deepEqual(
    parseJson<readonly { readonly case: string }[]>(out).map(each => each.case),
    allCases.map(each => each.id),
  )
  assert.match((await testCli(t, 'none').run('test --list')).out, /^RS-TOK-01 +L0 +critical +a call without a token/m)
})

test('RFC 8615 §3: the proof that a host is yours fits that host alone', async t => {
  const cli = testCli(t, 'none')
  const environment = { AMBIT_TEST_OWNERSHIP: 'a long random text that nobody else has' }
  const own = await cli.run('test --proof api.example', { environment })
  assert.equal(own.code, 0)
  assert.match(own.out, /^ambit-tester=[0-9a-f]{64}\n$/)
  assert.match(
    own.err,
    /https:\/\/api\.example\/\.well-known\/ambit-tester, or in a TXT record of _ambit-tester\.api\.example/,
  )
  const other = await cli.run('test --proof other.example', { environment })
  assert.notEqual(own.out, other.out)
})
