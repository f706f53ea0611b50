import type { Catalogue, CatalogueDeclaration } from '@ambit/scope'
import type { GuardRules, LoginStep } from '@ambit/tester'
import {
  anyObject,
  type Field,
  field,
  flag,
  isObject,
  listOf,
  mapOf,
  object,
  oneOf,
  text,
  textWhere,
  type ValueOf,
  whole,
} from '../config/fields.ts'
import { clientId, issuer, redirectUri, resourceUri, scopeTokens, webUrl } from '../config/values.ts'
import { secretText } from './secret-text.ts'

const texts = listOf(text)
const port = whole(1, 65_535)
const path = textWhere('the beginning of a path, such as `/orders`', value => value.startsWith('/'))
const origin = textWhere('an http or https URL without path, query and credentials', isOrigin)
const anything: Field<{ readonly value: unknown }> = { wanted: 'a value', parse: value => ({ value }) }

const example: Field<{ readonly parameters?: Readonly<Record<string, unknown>>; readonly body?: unknown }> = {
  wanted: 'an object',
  parse(value, place) {
    const read = object({ parameters: anyObject, body: anything }).parse(value, place)
    if (read === undefined) return undefined
    const { parameters, body } = read
    return { ...(parameters && { parameters }), ...(body && { body: body.value }) }
  },
}

const policy: Field<{ readonly file: string; readonly export?: string }> = {
  wanted: 'a path, or an object with `file` and `export`',
  parse: (value, place) =>
    typeof value === 'string' && value !== ''
      ? { file: value }
      : object({ file: text, export: text }, ['file']).parse(value, place),
}

const guardRule: Field<GuardRules[string]> = {
  wanted: '`false`, or an object with `scopeArgument` and `kind`',
  parse: (value, place) =>
    value === false ? false : object({ scopeArgument: whole(0, 9), kind: oneOf('all', 'any') }).parse(value, place),
}

const code: Field<{ readonly folder: string; readonly guards?: GuardRules; readonly withBuilt?: boolean }> = {
  wanted: 'a path, or an object with `folder` and `guards`',
  parse: (value, place) =>
    typeof value === 'string' && value !== ''
      ? { folder: value }
      : object({ folder: text, guards: mapOf(guardRule), withBuilt: flag }, ['folder']).parse(value, place),
}

const observedCalls = object({ files: texts, scope: mapOf(texts) }, ['files'])

const resources: Field<Readonly<Record<string, string>>> = {
  wanted: 'an object',
  parse(value, place) {
    const read = mapOf(resourceUri).parse(value, place)
    for (const each of Object.keys(read ?? {}))
      if (!each.startsWith('/')) place.report(place.path, `\`${each}\` is no beginning of a path; \`/\` stands for all`)
    return read
  },
}

const catalogue = field('a catalogue of scopes', (value): value is Catalogue | CatalogueDeclaration => isObject(value))

const api = object({
  openapi: text,
  code,
  observedCalls,
  baseUrl: webUrl,
  resources,
  publicOperations: texts,
  examples: mapOf(example),
  actions: mapOf(text),
  inputs: mapOf(mapOf(text)),
  writes: mapOf(flag),
  headers: mapOf(secretText),
  checkedByApi: texts,
  catalogue,
  policy,
  objects: listOf(object({ kind: text, id: text, attributes: anyObject }, ['kind', 'id', 'attributes'])),
  revocationWindow: whole(0, 86_400),
  mostPerScope: whole(1, 100_000),
  otherResource: resourceUri,
  plainOrigin: origin,
  olderPaths: listOf(path),
})

const method = oneOf(
  'none',
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
)

const client = object(
  {
    clientId,
    name: text,
    method,
    secret: secretText,
    key: secretText,
    kid: text,
    certificate: object({ certificate: secretText, privateKey: secretText }, ['certificate', 'privateKey']),
    redirectUris: listOf(redirectUri),
    grantTypes: texts,
    scope: scopeTokens,
    mayIntrospect: flag,
    binding: oneOf('dpop'),
    signsRequests: flag,
    responseMode: oneOf('jwt'),
    claims: anyObject,
    facts: anyObject,
  },
  ['clientId'],
)

const user = object(
  { username: text, password: secretText, name: text, owns: mapOf(texts), claims: anyObject, facts: anyObject },
  ['username', 'password'],
)

const step: Field<LoginStep> = object({ fill: mapOf(field('a text', isText)), click: text }, ['fill'])

const login = object({
  by: oneOf('form', 'browser'),
  flow: oneOf('authorization_code', 'device_code', 'password', 'implicit'),
  steps: listOf(step),
  origins: listOf(origin),
  browser: text,
  browserArguments: listOf(text),
})

const issuerKey = object(
  { kid: text, alg: text, key: secretText, role: oneOf('signing', 'encryption', 'retired', 'other_alg') },
  ['kid', 'alg', 'key'],
)

const testIssuer = object(
  {
    issuer,
    keys: listOf(issuerKey),
    claims: anyObject,
    subjects: object({ users: texts, clients: texts }),
    second: object({ issuer, keys: listOf(issuerKey) }, ['issuer', 'keys']),
    keySetPort: port,
  },
  ['issuer', 'keys'],
)

const clientUnderTest = object(
  { title: text, startUrl: webUrl, callback: webUrl, clientId, serverPort: port, calls: texts },
  ['startUrl', 'callback', 'clientId', 'serverPort'],
)

/** The shape of a tester's configuration. */
export const shape = object({
  title: text,
  api,
  issuer,
  clients: listOf(client),
  users: listOf(user),
  registrationToken: secretText,
  login,
  testIssuer,
  clientUnderTest,
  introspectionPort: port,
  ownership: secretText,
  canary: object({ host: text, port }),
  ca: texts,
  concurrency: whole(1, 64),
  rate: whole(1, 10_000),
  timeout: whole(1, 3600),
  failOn: oneOf('critical', 'high', 'medium', 'low', 'warn', 'never'),
  baseline: text,
  reports: object({ html: text, junit: text, sarif: text, har: text, json: text }),
  locale: textWhere('a language tag such as `de-CH`', isLocale),
  timeZone: textWhere('a time zone such as `Europe/Zurich`', isTimeZone),
})

/** A configuration of the right shape. */
export type ShapedTest = ValueOf<typeof shape>
/** An API of the right shape. */
export type ShapedApi = ValueOf<typeof api>
/** A client of the right shape. */
export type ShapedClient = ValueOf<typeof client>
/** A user of the right shape. */
export type ShapedUser = ValueOf<typeof user>
/** A test issuer of the right shape. */
export type ShapedIssuer = ValueOf<typeof testIssuer>
/** A client under test of the right shape. */
export type ShapedClientUnderTest = ValueOf<typeof clientUnderTest>
/** A key of the right shape. */
export type ShapedKey = ValueOf<typeof issuerKey>

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isOrigin(value: string): boolean {
  const url = URL.parse(value)
  if (url === null || !/^https?:$/.test(url.protocol)) return false
  return url.pathname === '/' && `${url.search}${url.hash}${url.username}${url.password}` === ''
}

function isLocale(value: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(value).length > 0
  } catch {
    return false
  }
}

function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
