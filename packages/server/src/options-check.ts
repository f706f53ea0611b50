import { isSigningAlgorithm } from '@ambit/protocol'
import { issuerProblem } from './issuer.ts'
import type { ServerOptions, Ttls } from './options.ts'
import type { OptionsProblem } from './options-error.ts'
import { profileNames } from './profiles/profile.ts'

type Report = (path: string, message: string) => void
type Fields = Readonly<Record<string, unknown>>

/** What each option must be, by name; a name that is not here is an error. */
const checks = {
  issuer: (value, report) => {
    const problem = typeof value === 'string' ? issuerProblem(value) : 'a text is wanted'
    if (problem !== undefined) report('issuer', problem)
  },
  catalogue: methods('catalogue', ['parse', 'narrow', 'covers', 'definition']),
  resources: checkResources,
  defaultResource: (value, report) => {
    if (value !== undefined && typeof value !== 'string') report('defaultResource', 'a text is wanted')
  },
  ttl: checkTtl,
  idTokenAlgorithm: (value, report) => {
    if (typeof value !== 'string' || !isSigningAlgorithm(value))
      report('idTokenAlgorithm', 'one of ES256, EdDSA, RS256, PS256 is wanted')
  },
  unknownScope: (value, report) => {
    if (value !== undefined && value !== 'refuse' && value !== 'ignore')
      report('unknownScope', '`refuse` or `ignore` is wanted')
  },
  dangerouslyAllowImplicit: optionalBoolean('dangerouslyAllowImplicit'),
  dangerouslyAllowPassword: optionalBoolean('dangerouslyAllowPassword'),
  scopeHook: (value, report) => {
    if (value !== undefined && typeof value !== 'function') report('scopeHook', 'a function is wanted')
  },
  roles: checkRoles,
  grantable: (value, report) => {
    if (value !== undefined && typeof value !== 'function') report('grantable', 'a function is wanted')
  },
  statusList: (value, report) => {
    if (value !== undefined && !(isFields(value) && isSeconds(value['window'], 2)))
      report('statusList', 'an object with `window`, a whole number of seconds of at least 2, is wanted')
  },
  clientAuthenticationMethods: (value, report) => {
    if (value !== undefined && !(isList(value) && value.length > 0 && value.every(each => typeof each === 'string')))
      report('clientAuthenticationMethods', 'a list of methods is wanted')
  },
  assertionAudience: (value, report) => {
    if (value !== undefined && value !== 'issuer' && value !== 'endpoint')
      report('assertionAudience', '`issuer` or `endpoint` is wanted')
  },
  requireSenderConstraint: optionalBoolean('requireSenderConstraint'),
  acceptedAlgorithms: (value, report) => {
    if (value !== undefined && !(isList(value) && value.length > 0 && value.every(isAlgorithm)))
      report('acceptedAlgorithms', 'a list of ES256, EdDSA, RS256 or PS256 is wanted')
  },
  refreshTokens: (value, report) => {
    if (value !== undefined && value !== 'rotated' && value !== 'kept')
      report('refreshTokens', '`rotated` or `kept` is wanted')
  },
  profile: (value, report) => {
    if (value !== undefined && !profileNames.some(name => name === value))
      report('profile', `one of ${profileNames.join(', ')} is wanted`)
  },
  features: optionalList('features', ['name']),
  outbound: (value, report) => {
    if (value !== undefined && typeof value !== 'function') report('outbound', 'a function is wanted')
  },
  grants: optionalList('grants', ['grantType', 'decide']),
  endpoints: optionalList('endpoints', ['path', 'methods', 'handle']),
  store: methods('store', ['findClient', 'saveCode', 'exchange', 'settle']),
  signer: methods('signer', ['sign', 'verifyOwn', 'jwks']),
  passwords: methods('passwords', ['hash', 'verify']),
  oneTimeCodes: (value, report) => {
    if (value !== undefined) methods('oneTimeCodes', ['enrol', 'findStep'])(value, report)
  },
  clock: methods('clock', ['now', 'millis']),
  crypto: methods('crypto', ['random', 'hash', 'hmac', 'isEqual']),
  pages: methods('pages', ['render', 'asset']),
  observe: (value, report) => {
    if (typeof value !== 'function') report('observe', 'a function is wanted')
  },
} satisfies Readonly<Record<keyof ServerOptions, (value: unknown, report: Report) => void>>

/** Finds options that are not what they must be, each by itself. */
export function findShapeProblems(options: ServerOptions): readonly OptionsProblem[] {
  const problems: OptionsProblem[] = []
  const report: Report = (path, message) => void problems.push({ path, message })
  const fields: Fields = options
  for (const name of Object.keys(fields)) {
    if (!(name in checks)) report(name, `unknown option; known are ${Object.keys(checks).join(', ')}`)
  }
  for (const [name, check] of Object.entries(checks)) check(fields[name], report)
  return problems
}

/** Finds options that do not go together; each is right by itself. */
export function findConflicts(options: ServerOptions): readonly OptionsProblem[] {
  const problems: OptionsProblem[] = []
  checkTogether(options, (path, message) => void problems.push({ path, message }))
  return problems
}

function checkRoles(value: unknown, report: Report): void {
  if (value === undefined) return
  if (!isFields(value)) return report('roles', 'an object of lists of scopes is wanted')
  for (const [role, tokens] of Object.entries(value))
    if (!isList(tokens) || !tokens.every(token => typeof token === 'string'))
      report(`roles.${role}`, 'a list of scopes is wanted')
}

function checkTogether(options: ServerOptions, report: Report): void {
  const known = new Set(options.resources.map(({ resource }) => resource))
  const { defaultResource, catalogue, signer } = options
  checkFeatures(options, report)
  if (defaultResource !== undefined && !known.has(defaultResource))
    report('defaultResource', 'one of `resources` is wanted')
  for (const name of catalogue.names) {
    const resource = catalogue.definition(name)?.resource
    if (resource !== undefined && !known.has(resource))
      report(`catalogue.${name}.resource`, `one of \`resources\` is wanted, not \`${resource}\``)
  }
  for (const [role, tokens] of Object.entries(options.roles ?? {}))
    for (const token of tokens.filter(each => catalogue.definition(each) === undefined))
      report(`roles.${role}`, `a scope of the catalogue is wanted, not \`${token}\``)
  if (!signer.algorithms.includes(options.idTokenAlgorithm))
    report('idTokenAlgorithm', `an algorithm that the signer has a key for is wanted: ${signer.algorithms.join(', ')}`)
  for (const [index, { algorithm }] of options.resources.entries()) {
    if (algorithm !== undefined && !signer.algorithms.includes(algorithm))
      report(`resources[${index}].algorithm`, 'an algorithm that the signer has a key for is wanted')
  }
}

function checkFeatures(options: ServerOptions, report: Report): void {
  const { features = [], outbound, requireSenderConstraint } = options
  const names = features.map(({ name }) => name)
  for (const [index, { name, needs = [], needsOutbound, findProblems }] of features.entries()) {
    const path = `features[${index}]`
    if (names.indexOf(name) < index) report(path, `the feature \`${name}\` is there already`)
    for (const needed of needs.filter(each => !names.includes(each)))
      report(path, `\`${name}\` wants the feature \`${needed}\``)
    if (needsOutbound && outbound === undefined) report('outbound', `\`${name}\` wants to reach addresses outside`)
    for (const problem of findProblems?.(options) ?? []) report(problem.path, problem.message)
  }
  if (requireSenderConstraint && features.every(({ senderBindings }) => senderBindings === undefined))
    report('requireSenderConstraint', 'a feature that binds tokens is wanted, such as DPoP')
}

const resourceKeys = new Set(['resource', 'name', 'tokenFormat', 'accessTokenTtl', 'algorithm'])

function checkResources(value: unknown, report: Report): void {
  if (!isList(value)) return report('resources', 'a list is wanted')
  const seen = new Set<unknown>()
  for (const [index, each] of value.entries()) {
    const path = `resources[${index}]`
    if (!isFields(each)) report(path, 'an object is wanted')
    else checkResource(each, path, report)
    const resource: unknown = isFields(each) ? each['resource'] : undefined
    if (seen.has(resource)) report(`${path}.resource`, 'a resource that is declared once is wanted')
    seen.add(resource)
  }
}

function checkResource(fields: Fields, path: string, report: Report): void {
  const { resource, name, tokenFormat, accessTokenTtl, algorithm } = fields
  for (const key of Object.keys(fields)) {
    if (!resourceKeys.has(key)) report(`${path}.${key}`, `unknown member; known are ${[...resourceKeys].join(', ')}`)
  }
  if (typeof resource !== 'string' || !URL.canParse(resource) || resource.includes('#'))
    report(`${path}.resource`, 'an absolute URI without a fragment is wanted')
  if (typeof name !== 'string' || name === '') report(`${path}.name`, 'a text is wanted')
  if (tokenFormat !== 'jwt' && tokenFormat !== 'opaque') report(`${path}.tokenFormat`, '`jwt` or `opaque` is wanted')
  if (accessTokenTtl !== undefined && !isSeconds(accessTokenTtl, 1))
    report(`${path}.accessTokenTtl`, 'a whole number of seconds above 0 is wanted')
  if (algorithm !== undefined && (typeof algorithm !== 'string' || !isSigningAlgorithm(algorithm)))
    report(`${path}.algorithm`, 'one of ES256, EdDSA, RS256, PS256 is wanted')
}

/** The least number of seconds that each span may have. */
const leastTtl = {
  code: 1,
  accessToken: 1,
  idToken: 1,
  refreshIdle: 1,
  refreshAbsolute: 1,
  refreshGrace: 0,
  sessionIdle: 1,
  sessionAbsolute: 1,
  interaction: 1,
  grant: 1,
} as const satisfies Readonly<Record<keyof Ttls, number>>

const longestCodeTtl = 600

function checkTtl(value: unknown, report: Report): void {
  if (!isFields(value)) return report('ttl', 'an object is wanted')
  for (const key of Object.keys(value)) {
    if (!(key in leastTtl)) report(`ttl.${key}`, `unknown span; known are ${Object.keys(leastTtl).join(', ')}`)
  }
  for (const [key, least] of Object.entries(leastTtl)) {
    const isLeftOut = key === 'grant' && value[key] === undefined
    if (!isLeftOut && !isSeconds(value[key], least))
      report(`ttl.${key}`, `a whole number of seconds, at least ${least}, is wanted`)
  }
  const { code, refreshIdle, refreshAbsolute, sessionIdle, sessionAbsolute } = value
  if (isAbove(code, longestCodeTtl))
    report('ttl.code', `at most ${longestCodeTtl} seconds are wanted (RFC 6749 §4.1.2)`)
  if (isAbove(refreshIdle, refreshAbsolute)) report('ttl.refreshIdle', 'at most `refreshAbsolute` is wanted')
  if (isAbove(sessionIdle, sessionAbsolute)) report('ttl.sessionIdle', 'at most `sessionAbsolute` is wanted')
}

function isAbove(value: unknown, limit: unknown): boolean {
  return typeof value === 'number' && typeof limit === 'number' && value > limit
}

function isSeconds(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= least
}

function isAlgorithm(value: unknown): boolean {
  return typeof value === 'string' && isSigningAlgorithm(value)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function methods(path: string, names: readonly string[]) {
  return (value: unknown, report: Report): void => {
    const missing = names.filter(name => !isFields(value) || typeof value[name] !== 'function')
    if (missing.length > 0) report(path, `an object with the methods ${missing.join(', ')} is wanted`)
  }
}

function optionalBoolean(path: string) {
  return (value: unknown, report: Report): void => {
    if (value !== undefined && typeof value !== 'boolean') report(path, 'true or false is wanted')
  }
}

function optionalList(path: string, members: readonly string[]) {
  return (value: unknown, report: Report): void => {
    if (value === undefined) return
    if (!isList(value)) return report(path, 'a list is wanted')
    for (const [index, each] of value.entries()) {
      const missing = members.filter(member => !isFields(each) || each[member] === undefined)
      if (missing.length > 0) report(`${path}[${index}]`, `the members ${missing.join(', ')} are wanted`)
    }
  }
}
