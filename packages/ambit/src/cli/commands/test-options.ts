import { join, resolve } from 'node:path'
import { reportFormats, type Selection } from '@ambit/tester'
import { ConfigError, type ConfigProblem } from '../../config/config-error.ts'
import type { TestOverrides } from '../../tester/load-test.ts'
import type { Extent } from '../../tester/open-target.ts'
import type { CliIo, CommandInput } from '../command.ts'

/** What stands in the options, above the configuration file. */
export function overridesOf(input: CommandInput, io: CliIo): TestOverrides {
  return {
    file: input.text('config'),
    openapi: input.text('openapi'),
    code: input.text('code'),
    baseUrl: input.text('baseUrl'),
    policy: input.text('policy'),
    issuer: input.text('issuer'),
    clientId: input.text('clientId'),
    clientSecretEnv: input.text('clientSecretEnv'),
    redirectUri: input.text('redirectUri'),
    scope: input.text('scope'),
    username: input.text('username'),
    passwordEnv: input.text('passwordEnv'),
    baseline: input.text('baseline'),
    rest: restOf(input, io),
  }
}

/** Members of the configuration that options give; the whole is judged by the rules of the file. */
export function restOf(input: CommandInput, io: CliIo): Readonly<Record<string, unknown>> {
  const numbers = (['concurrency', 'rate', 'timeout'] as const).flatMap(name => {
    const text = input.text(name)
    return text === undefined ? [] : [[name, /^\d{1,9}$/.test(text) ? Number(text) : text] as const]
  })
  const words = (['failOn', 'locale', 'timeZone'] as const).flatMap(name => {
    const text = input.text(name)
    return text === undefined ? [] : [[name, text] as const]
  })
  const reports = readReports(input, io)
  return Object.fromEntries<unknown>([
    ...numbers,
    ...words,
    ...(reports === undefined ? [] : [['reports', reports] as const]),
  ])
}

const fileNames = {
  html: 'report.html',
  json: 'report.json',
  junit: 'junit.xml',
  sarif: 'report.sarif',
  har: 'report.har',
}

/** `html=report.html,junit=junit.xml` and `html`, which takes its usual name; all of them with a folder. */
function readReports(input: CommandInput, { folder }: CliIo): Readonly<Record<string, string>> | undefined {
  const given = input.list('report').flatMap(text => text.split(','))
  const into = input.text('reportFolder')
  if (given.length === 0 && into === undefined) return undefined
  const place = resolve(folder, into ?? '.')
  const problems: ConfigProblem[] = []
  const named = given.flatMap(text => {
    const [format = '', path] = text.trim().split(/=(.*)/s)
    const known = reportFormats.find(each => each === format)
    if (known !== undefined) return [[known, path ? resolve(folder, path) : join(place, fileNames[known])] as const]
    problems.push({ path: '--report', message: `\`${format}\` is none of ${reportFormats.join(', ')}` })
    return []
  })
  if (problems.length > 0) throw new ConfigError(problems, 'the command line')
  const all = into === undefined ? [] : reportFormats.map(format => [format, join(place, fileNames[format])] as const)
  return Object.fromEntries([...all, ...named])
}

/** How far a test goes. */
export function extentOf(input: CommandInput): Extent {
  return {
    mayWrite: input.flag('allowWrites'),
    isEveryOperation: input.flag('everyOperation'),
    isServerTested: input.flag('server'),
    isStatic: input.flag('static'),
    isOffline: input.flag('offline'),
  }
}

/** Which part of everything is wanted. @throws {ConfigError} where the part is none */
export function selectionOf(input: CommandInput): Selection {
  const seed = input.text('seed')
  const part = input.text('shard')
  const [, index, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(part ?? '') ?? []
  if (part !== undefined && index === undefined)
    throw new ConfigError(
      [{ path: '--shard', message: `\`${part}\`: a part such as 2/5 is wanted` }],
      'the command line',
    )
  return {
    only: input.list('only'),
    skip: input.list('skip'),
    ...(seed !== undefined && { seed }),
    ...(part !== undefined && { shard: { index: Number(index), of: Number(of) } }),
  }
}

/** Seconds that an option gives. @throws {ConfigError} where it gives none */
export function secondsOf(input: CommandInput, option: 'waitTimeout', usual: number): number {
  const text = input.text(option)
  if (text === undefined) return usual
  if (/^\d{1,5}$/.test(text) && Number(text) > 0) return Number(text)
  throw new ConfigError(
    [{ path: '--wait-timeout', message: `a number of seconds is wanted, not \`${text}\`` }],
    'the command line',
  )
}
