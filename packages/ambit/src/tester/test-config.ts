import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  type CanarySettings,
  createSecretLedger,
  type FlowOptions,
  type LoginStep,
  type ReportFormat,
  reportFormats,
  type Secret,
  type SecretLedger,
  type Severity,
  type TestClient,
  type TestUser,
} from '@ambit/tester'
import { ConfigError, type ConfigProblem } from '../config/config-error.ts'
import { isObject, type Place, type Report } from '../config/fields.ts'
import { isLoopback } from '../config/values.ts'
import { type ApiSettings, type Checking, checkApi } from './check-api.ts'
import { type CheckedIssuer, checkIssuer } from './check-issuer.ts'
import { checkClient, checkUser } from './check-server.ts'
import { readSecret, type SecretReader } from './secret-text.ts'
import { type ShapedClientUnderTest, type ShapedTest, shape } from './test-shape.ts'

/** How users log in. */
export type LoginSettings = {
  readonly by: 'form' | 'browser'
  readonly flows: FlowOptions
  readonly steps: readonly LoginStep[]
  readonly origins: readonly string[]
  readonly browser?: string
  readonly browserArguments: readonly string[]
}

/** A configuration that is checked, its secrets read. */
export type TestConfig = {
  readonly title?: string
  readonly directory: string
  readonly secrets: SecretLedger
  readonly api?: ApiSettings
  readonly server?: {
    readonly issuer: string
    readonly clients: readonly TestClient[]
    readonly users: readonly TestUser[]
    readonly registrationToken?: Secret
  }
  readonly login: LoginSettings
  readonly testIssuer?: CheckedIssuer
  readonly clientUnderTest?: ShapedClientUnderTest
  readonly introspectionPort?: number
  readonly ownership?: Secret
  readonly canary: CanarySettings
  /** Certificate authorities in PEM. */
  readonly ca: readonly string[]
  readonly concurrency: number
  readonly rate?: number
  /** Seconds for one test. */
  readonly timeout: number
  readonly failOn: Severity | 'never'
  /** Absolute paths, as those of reports. */
  readonly baseline?: string
  readonly reports: Readonly<Partial<Record<ReportFormat, string>>>
  readonly locale?: string
  readonly timeZone?: string
}

/** What stands around a configuration. */
export type ConfigSurroundings = {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder in which relative paths begin. */
  readonly directory: string
}

/**
 * Checks a whole configuration and reads its secrets.
 * @throws {ConfigError} with all problems at once
 */
export function checkTestConfig(raw: unknown, { environment, directory }: ConfigSurroundings): TestConfig {
  const problems: ConfigProblem[] = []
  const report: Report = (path, message) => void problems.push({ path, message })
  const shaped = shape.parse(raw, { path: '', report })
  const secrets = createSecretLedger()
  const issuers = [shaped?.issuer, shaped?.testIssuer?.issuer].filter(each => each !== undefined)
  const mayBePlain = issuers.every(each => isLoopback(URL.parse(each)?.hostname ?? ''))
  const reader: SecretReader = { environment, directory, secrets, mayBePlain }
  if (shaped && isObject(raw)) reportMissing(shaped, { given: new Set(Object.keys(raw)), report })
  const config = shaped && configOf(shaped, { report, reader })
  if (config === undefined || problems.length > 0) throw new ConfigError(problems, 'the configuration of the tester')
  return config
}

type Given = { readonly given: ReadonlySet<string>; readonly report: Report }

/** What is there and wrong is not missing as well. */
function reportMissing({ clients = [], users = [], introspectionPort }: ShapedTest, { given, report }: Given): void {
  if (given.has('issuer')) return
  if (clients.length + users.length > 0)
    report('issuer', 'is missing; clients and users are those of an authorization server')
  else if (!given.has('api') && !given.has('clientUnderTest'))
    report('', '`api`, `issuer` or `clientUnderTest` is wanted: there is nothing to test')
  if (introspectionPort !== undefined)
    report('introspectionPort', 'means nothing without `issuer`, whose answers are passed on')
}

function configOf(shaped: ShapedTest, checking: Checking): TestConfig {
  const { report, reader } = checking
  const { directory, secrets } = reader
  const place = (path: string): Place => ({ path, report })
  const server = serverOf(shaped, checking)
  const testIssuer = shaped.testIssuer && checkIssuer(shaped.testIssuer, place('testIssuer'), reader)
  const ownership =
    shaped.ownership && readSecret('ownership token', shaped.ownership, { at: place('ownership'), reader })
  const { title, introspectionPort, rate, locale, timeZone, failOn = 'medium' } = shaped
  return {
    directory,
    secrets,
    ...(title !== undefined && { title }),
    ...(shaped.api && { api: checkApi(shaped.api, shaped, checking) }),
    ...(server && { server }),
    login: loginOf(shaped),
    ...(testIssuer && { testIssuer }),
    ...(shaped.clientUnderTest && { clientUnderTest: shaped.clientUnderTest }),
    ...(introspectionPort !== undefined && { introspectionPort }),
    ...(ownership && { ownership }),
    canary: shaped.canary ?? {},
    ca: (shaped.ca ?? []).flatMap((file, index) => readAuthority(resolve(directory, file), place(`ca[${index}]`))),
    concurrency: shaped.concurrency ?? 8,
    ...(rate !== undefined && { rate }),
    timeout: shaped.timeout ?? 120,
    failOn: failOn === 'warn' ? 'low' : failOn,
    ...(shaped.baseline !== undefined && { baseline: resolve(directory, shaped.baseline) }),
    reports: reportsOf(shaped, directory),
    ...(locale !== undefined && { locale }),
    ...(timeZone !== undefined && { timeZone }),
  }
}

function serverOf(shaped: ShapedTest, { report, reader }: Checking): TestConfig['server'] {
  const { issuer, clients = [], users = [] } = shaped
  const at = (path: string): Place => ({ path, report })
  const checked = {
    clients: clients.flatMap((each, index) => checkClient(each, at(`clients[${index}]`), reader) ?? []),
    users: users.flatMap((each, index) => checkUser(each, at(`users[${index}]`), reader) ?? []),
  }
  const names = checked.clients.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) report('clients', `two clients are called \`${twice}\`; give one another \`name\``)
  const { registrationToken: from } = shaped
  const registrationToken = from && readSecret('initial access token', from, { at: at('registrationToken'), reader })
  return issuer === undefined ? undefined : { issuer, ...checked, ...(registrationToken && { registrationToken }) }
}

function loginOf({ login = {} }: ShapedTest): LoginSettings {
  const { by = 'form', flow, steps = [], origins = [], browser, browserArguments = [] } = login
  return {
    by,
    flows: flow === undefined ? {} : { userFlow: flow },
    steps,
    origins,
    ...(browser !== undefined && { browser }),
    browserArguments,
  }
}

function reportsOf({ reports = {} }: ShapedTest, directory: string): TestConfig['reports'] {
  const named = reportFormats.flatMap(format => {
    const path = reports[format]
    return path === undefined ? [] : [[format, resolve(directory, path)] as const]
  })
  return Object.fromEntries(named)
}

function readAuthority(path: string, at: Place): readonly string[] {
  try {
    const text = readFileSync(path, 'utf8')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return [text]
    at.report(at.path, `\`${path}\` holds no certificate in PEM`)
  } catch {
    at.report(at.path, `the file \`${path}\` cannot be read`)
  }
  return []
}
