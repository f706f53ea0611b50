import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { verify } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeSigningKey, signEs256, toDer, toJose } from '../../bench/bare/es256.ts'
import { benchDatabase, stopDatabase } from '../../bench/database.ts'
import { parseAnswer } from '../../bench/load/connection.ts'
import { measure, median, type Result } from '../../bench/measure.ts'
import { readOptions } from '../../bench/options.ts'
import { casbinJudge, caslJudge, cedarJudge } from '../../bench/policy/peers.ts'
import { expected, questions } from '../../bench/policy/question.ts'
import { processesOf, processorSeconds } from '../../bench/process-tree.ts'
import { findProcessorGroups, shareOut } from '../../bench/processor-share.ts'
import { allowedProcessors } from '../../bench/processors.ts'
import { compare, matchRows, matchTable, table } from '../../bench/report.ts'
import { works } from '../../bench/works.ts'
import { noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'

const effort = { rounds: 1, seconds: 0.05, connections: 4 }

const result = (server: string, perSecond: number, memory: number): Result => ({
  work: 'a work',
  server,
  perSecond,
  memory,
  p50: 1,
  p99: 2,
  busy: 1,
  micros: perSecond === 300 ? 5 : 10,
  databaseMicros: Number.NaN,
})

for (const [id, server] of [
  ['jwt', 'bare'],
  ['introspection', 'bare'],
  ['guard-known', 'ambit'],
  ['guard-known', 'express-oauth2-jwt-bearer'],
  ['guard-known', 'fast-jwt on Fastify'],
] as const) {
  test(`the bench measures ${server} at ${id}`, async () => {
    const work = works.find(known => known.id === id)
    assert(work)
    const said: string[] = []
    const results = await measure(work, {
      effort,
      pinning: undefined,
      takesPart: name => name === server,
      progress: sentence => said.push(sentence),
    })
    assert.deepEqual(
      results.map(({ server }) => server),
      [server],
    )
    assert(results.every(({ perSecond, p50, memory }) => perSecond > 0 && p50 > 0 && memory > 10))
    assert.match(said.at(-1) ?? '', /round 1 of 1/)
  })
}

for (const [id, server] of [
  ['refresh', 'oidc-provider 9, PostgreSQL'],
  ['code', 'ambit, PostgreSQL'],
  ['code-workers', 'oidc-provider 9, PostgreSQL, two'],
  ['introspection-workers', 'ambit, PostgreSQL, two workers'],
] as const) {
  test(`the bench measures ${server} at ${id}`, { skip: noDatabase }, async t => {
    const work = works.find(known => known.id === id)
    assert(work)
    t.after(stopDatabase)
    const results = await measure(work, {
      effort,
      pinning: undefined,
      takesPart: name => name === server,
      progress: () => {},
      database: () => benchDatabase(undefined),
    })
    assert(results.length === 1 && results.every(each => each.perSecond > 0 && each.memory > 10))
  })
}

test('two workers are compared with one, and those who store in PostgreSQL with each other', () => {
  const results = [
    result('ambit', 300, 50),
    result('ambit, two workers', 480, 90),
    result('ambit, PostgreSQL', 240, 50),
    result('oidc-provider 9, PostgreSQL', 60, 200),
  ]
  const rows = compare(results).filter(({ work, oursName }) => work === 'a work' && oursName !== undefined)
  assert.deepEqual(
    rows.map(({ oursName, peerName, ratio }) => [oursName, peerName, ratio]),
    [
      ['ambit, PostgreSQL', 'oidc-provider 9, PostgreSQL', 4],
      ['ambit, two workers', 'ambit', 1.6],
    ],
  )
  assert.match(table(results), /ambit, two workers \/ ambit: 1\.60×/)
})

test('the processor time and the memory of a process are those of the processes that it started, too', () => {
  const child = spawn(process.execPath, ['-e', 'for (const end = Date.now() + 150; Date.now() < end; );'])
  assert(child.pid !== undefined && processesOf(process.pid).includes(child.pid))
  const alone = processorSeconds(process.pid)
  return once(child, 'exit').then(() => assert(processorSeconds(process.pid) - alone >= 0.1))
})

test('the bench fails where a server does not do the work', async () => {
  const [work] = works
  assert(work)
  const prepare = () => Promise.resolve([() => Promise.reject(new Error('answered 500'))])
  const setting = { effort, pinning: undefined, takesPart: (server: string) => server === 'bare', progress: () => {} }
  await assert.rejects(measure({ ...work, prepare }, setting), /bare: answered 500/)
})

test('every work has a peer to be compared with', () => {
  const peers = new Set(['oidc-provider 9', 'oidc-provider 9, PostgreSQL', 'express-oauth2-jwt-bearer'])
  for (const work of works) assert(work.contenders.some(({ name }) => peers.has(name)))
})

test('every engine answers the questions of the policy bench before it is measured', async () => {
  const judges = [cedarJudge(), await casbinJudge(), caslJudge()]
  for (const question of questions)
    assert.deepEqual(
      judges.map(judge => judge(question)),
      judges.map(() => expected(question)),
    )
  assert.equal(questions.filter(expected).length, 9)
})

test('the bare server signs ES256 with r and s in 32 octets each', () => {
  const key = makeSigningKey()
  for (let at = 0; at < 600; at++) {
    const signature = Buffer.from(signEs256(`message ${at}`, key), 'base64url')
    assert(verify('sha256', Buffer.from(`message ${at}`), { key, dsaEncoding: 'ieee-p1363' }, signature))
    assert(verify('sha256', Buffer.from(`message ${at}`), key, toDer(signature)))
  }
  const short = Buffer.from('30070202008102010f', 'hex')
  assert.equal(toJose(short).toString('hex'), `${'81'.padStart(64, '0')}${'0f'.padStart(64, '0')}`)
})

test('an answer in chunks is put together when the last chunk is there', () => {
  const whole = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'
  assert.equal(parseAnswer(Buffer.from(whole))?.body, 'abcde')
  assert.equal(parseAnswer(Buffer.from(whole.slice(0, -3))), undefined)
})

test('an answer is complete when its content length is there', () => {
  const whole = 'HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nhello'
  assert.deepEqual([parseAnswer(Buffer.from(whole))?.status, parseAnswer(Buffer.from(whole))?.body], [201, 'hello'])
  assert.equal(parseAnswer(Buffer.from(whole.slice(0, -1))), undefined)
})

test('our server is compared with each other one, in work done, in processor time and in memory', () => {
  const rows = compare([result('ambit', 300, 50), result('oidc-provider 9', 100, 200)])
  assert.deepEqual(rows, [
    { work: 'a work', ours: 300, peer: 100, peerName: 'oidc-provider 9', ratio: 3 },
    { work: 'a work: processor time each, µs', ours: 5, peer: 10, peerName: 'oidc-provider 9', ratio: 0.5 },
    { work: 'a work: memory after it, MB', ours: 50, peer: 200, peerName: 'oidc-provider 9', ratio: 0.25 },
  ])
  assert.match(table([result('ambit', 300, 50), result('bare', 400, 90)]), /bare .* 0\.75×/)
})

test('where the system does not tell processor time, none is compared', () => {
  const [ours, theirs] = [result('ambit', 300, 50), result('bare', 400, 90)]
  const rows = compare([{ ...ours, micros: Number.NaN }, theirs])
  assert.deepEqual(
    rows.map(({ work }) => work),
    ['a work', 'a work: memory after it, MB'],
  )
})

test('a comparison of the scope language is a row like the others', () => {
  const rows = matchRows('scope', [
    { work: 'covers', ours: 34_041_200, peer: 'split', peerValue: 5_510_000, ratio: 6.178 },
  ])
  assert.deepEqual(rows, [{ work: 'scope: covers', ours: 34_000_000, peer: 5_510_000, peerName: 'split', ratio: 6.18 }])
  assert.match(matchTable(rows), /split .* 34,000,000 .* 5,510,000 .* 6\.18×/)
})

test('the median of an even number of rounds lies between the middle two', () => {
  assert.equal(median([9, 1, 3]), 3)
  assert.equal(median([4, 1, 2, 9]), 3)
})

test('the list of allowed processors is read with ranges', () => {
  assert.deepEqual(allowedProcessors('Name:\tnode\nCpus_allowed_list:\t0-2,5\n'), [0, 1, 2, 5])
})

for (const { version, mount, files } of [
  {
    version: 'first',
    mount: 'cgroup FOLDER cgroup rw,relatime,cpu,cpuacct 0 0\ncgroup2 /unified cgroup2 rw 0 0',
    files: { 'cpu.cfs_period_us': '10000', 'cpu.cfs_quota_us': '2500' },
  },
  { version: 'second', mount: 'cgroup2 FOLDER cgroup2 rw,nosuid 0 0', files: { 'cpu.max': '2500 10000' } },
]) {
  test(`each process of a server gets a share by a control group of its own, ${version} version`, t => {
    const folder = mkdtempSync(join(tmpdir(), 'ambit-groups-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const groups = findProcessorGroups(`proc /proc proc rw 0 0\n${mount.replace('FOLDER', folder)}\n`)
    assert(groups)
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
    t.after(() => child.kill('SIGKILL'))
    assert(child.pid !== undefined)
    shareOut({ groups, share: 0.25 }, child.pid)
    const group = join(folder, String(readdirSync(folder)))
    const wanted = { ...files, 'cgroup.procs': String(child.pid) }
    const found = readdirSync(group).map(name => [name, readFileSync(join(group, name), 'utf8')])
    assert.deepEqual(Object.fromEntries(found), wanted)
  })
}

test('there are no control groups for processors where none are mounted', () => {
  assert.equal(findProcessorGroups('cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n'), undefined)
})

for (const [args, reason] of [
  [['--only', 'nothing'], /unknown work `nothing`/],
  [['--rounds', '0'], /--rounds wants a number above 0/],
  [['--seconds', 'long'], /--seconds wants a number above 0/],
  [['--loud'], /--loud/],
  [['--share', '1.5', '--only', 'jwt-workers'], /--share wants a number from 0\.1 to 1/],
  [['--share', '0.01', '--only', 'jwt-workers'], /--share wants a number from 0\.1 to 1/],
  [['--share', '0.5'], /--share is for works that end in -workers/],
  [['--share', '0.5', '--only', 'jwt-workers', '--only', 'jwt'], /--share is for works that end in -workers/],
] as const) {
  test(`the bench refuses ${args.join(' ')}`, () => {
    const options = readOptions(args)
    assert(options.kind === 'refused')
    assert.match(options.reason, reason)
  })
}
