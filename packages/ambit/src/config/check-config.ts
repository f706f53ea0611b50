import { seconds } from '@ambit/protocol'
import { type Catalogue, type CatalogueDeclaration, CatalogueError, defineScopes } from '@ambit/scope'
import { nodeKeyTools, type ResourceDeclaration } from '@ambit/server'
import { checkClient, type Surroundings } from './check-client.ts'
import { checkKeys, checkLevels, checkSpans, checkWords } from './check-parts.ts'
import { checkRoles } from './check-roles.ts'
import { checkServer } from './check-server.ts'
import { completeStore } from './check-store.ts'
import { checkTls, resolveTls } from './check-tls.ts'
import { checkUser } from './check-user.ts'
import { checkWorkers, completeWorkers } from './check-workers.ts'
import { completeKeys, completeResource, completeSecurity, completeTtls } from './complete-parts.ts'
import type { Config, DeclaredClient, DeclaredUser } from './config.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { defaults } from './defaults.ts'
import { makeFeatures } from './feature-row.ts'
import { isObject, type Report } from './fields.ts'
import { layProfile } from './lay-profile.ts'
import { withOpenIdScopes } from './openid-scopes.ts'
import { type Shaped, shape } from './shape.ts'

/** What a configuration is read with. */
export type Reading = {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Relative paths begin here: the folder of the configuration file. */
  readonly directory: string
  /** Where a value came from, for the words of a problem: `the environment variable \`AMBIT_PORT\``. */
  readonly sourceOf?: (path: string) => string | undefined
  /** Whether what contradicts the profile is a problem; yes, where it is left out. */
  readonly isProfileJudged?: boolean
  /** What was found already; it is told together with the rest. */
  readonly problems?: readonly ConfigProblem[]
  /** The configuration's name in the problem's first line. */
  readonly name?: string
}

/**
 * Reads a whole configuration from unknown input and fills in the defaults.
 * @throws {ConfigError} with all problems at once
 */
export function checkConfig(raw: unknown, reading: Reading): Config {
  const problems: ConfigProblem[] = [...(reading.problems ?? [])]
  const report: Report = (path, message) => {
    const source = reading.sourceOf?.(path)
    problems.push({ path, message: source === undefined ? message : `${message} (from ${source})` })
  }
  const hasProblem = (path: string) => problems.some(problem => problem.path.startsWith(path))
  const shaped = shape.parse(layProfile(raw), { path: '', report })
  const catalogue = shaped && readCatalogue(shaped.catalogue, report)
  const config = shaped && catalogue && complete(shaped, catalogue, { ...reading, report, hasProblem })
  if (config === undefined || problems.length > 0) throw new ConfigError(problems, reading.name)
  return config
}

type Completing = Reading & { readonly report: Report; readonly hasProblem: (path: string) => boolean }

function complete(shaped: Shaped, catalogue: Catalogue, completing: Completing): Config {
  const { report, environment, directory } = completing
  const { unknownScope, issuer, scopeHook, roles, grantable, metricsPort } = shaped
  const { sealingKey } = shaped.keys ?? {}
  const sealing = sealingKey === undefined ? undefined : { tools: nodeKeyTools(), key: sealingKey }
  const world = { environment, directory, report, ...(sealing && { sealing }) }
  const features = makeFeatures(shaped.features ?? [], world)
  const outbound = shaped.outbound ?? {}
  const around: Surroundings = { ...shaped, catalogue, environment, features, outbound }
  const at = (path: string) => ({ path, report })
  const soundAt = (path: string) => ({ ...at(path), isSound: !completing.hasProblem(path) })
  const resources = (shaped.resources ?? []).map(each => each && completeResource(each))
  const ttl = completeTtls(shaped.ttl ?? {})
  const clients = (shaped.clients ?? []).map(
    (each, index) => each && checkClient(each, around, soundAt(`clients[${index}]`)),
  )
  const users = (shaped.users ?? []).map((each, index) => each && checkUser(each, around, at(`users[${index}]`)))
  const config: Config = {
    ...(issuer !== undefined && { issuer }),
    port: shaped.port ?? defaults.port,
    host: shaped.host ?? defaults.host,
    store: completeStore(shaped.store, world),
    ...(shaped.workers !== undefined && { workers: completeWorkers(shaped.workers) }),
    catalogue,
    resources: resources.filter(isThere),
    ...(shaped.defaultResource !== undefined && { defaultResource: shaped.defaultResource }),
    clients: clients.filter(isThere),
    users: users.filter(isThere),
    ttl,
    keys: completeKeys(shaped.keys ?? {}),
    ...(unknownScope !== undefined && { unknownScope }),
    ...(scopeHook !== undefined && { scopeHook }),
    ...(roles !== undefined && { roles }),
    ...(grantable !== undefined && { grantable }),
    ...(shaped.statusList && { statusList: { window: seconds(shaped.statusList.window) } }),
    security: completeSecurity(shaped),
    features,
    outbound,
    oneTimeCodes: shaped.oneTimeCodes ?? false,
    pages: shaped.pages ?? {},
    log: { level: 'info', format: 'auto', ...shaped.log },
    trustedProxies: shaped.trustedProxies ?? [],
    ...(shaped.tls && { tls: resolveTls(shaped.tls, directory) }),
    ...(shaped.certificateField && { certificateField: shaped.certificateField }),
    ...(metricsPort !== undefined && { metricsPort }),
    metricsHost: shaped.metricsHost ?? defaults.metricsHost,
    dangerouslyAllowImplicit: shaped.dangerouslyAllowImplicit ?? false,
    dangerouslyAllowPassword: shaped.dangerouslyAllowPassword ?? false,
  }
  judge(config, { clients, users, resources }, report)
  // what cannot be read yet cannot be judged as a whole
  if (completing.hasProblem('')) return config
  if (completing.isProfileJudged === false) checkServer(withoutProfile(config), [], report)
  else checkServer(config, clients, report)
  return config
}

function withoutProfile({ security, ...config }: Config): Config {
  const { profile: _profile, ...rest } = security
  return { ...config, security: rest }
}

/** What was read, with a gap in the place of each that has a problem of its own. */
type Listed = {
  readonly clients: readonly (DeclaredClient | undefined)[]
  readonly users: readonly (DeclaredUser | undefined)[]
  readonly resources: readonly (ResourceDeclaration | undefined)[]
}

/** Reports what does not go together. */
function judge(config: Config, { clients, users, resources }: Listed, report: Report): void {
  checkRoles(config, report)
  checkResources(config, report)
  checkIntrospection(clients, config, report)
  reportRepeated(
    'clients',
    clients.map(each => each?.clientId),
    report,
  )
  reportRepeated(
    'users',
    users.map(each => each?.username.toLowerCase()),
    report,
  )
  checkUserIds(config, users, report)
  reportRepeated(
    'resources',
    resources.map(each => each?.resource),
    report,
  )
  checkSpans(config, report)
  checkKeys(config, report)
  checkTls(config, report)
  checkWorkers(config, report)
  checkLevels(clients, config, report)
  checkWords(config, report)
}

function readCatalogue(declared: Readonly<Record<string, unknown>>, report: Report): Catalogue | undefined {
  if (isCatalogue(declared)) return declared
  try {
    return defineScopes(withOpenIdScopes(parseDeclaration(declared)))
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error
    for (const { path, message } of error.problems) report(`catalogue.${path}`, message)
    return undefined
  }
}

function isCatalogue(value: Readonly<Record<string, unknown>> | Catalogue): value is Catalogue {
  return typeof value['covers'] === 'function' && typeof value['narrow'] === 'function'
}

// `defineScopes` itself looks at every member of the declaration
function parseDeclaration(declared: Readonly<Record<string, unknown>>): CatalogueDeclaration {
  return { ...declared, scopes: isObject(declared['scopes']) ? declared['scopes'] : {} } as CatalogueDeclaration
}

/** A user's id is one user's, and no client's: both stand as `sub` in tokens. @spec RFC 9700 §4.15 */
function checkUserIds({ clients }: Config, users: readonly (DeclaredUser | undefined)[], report: Report): void {
  const clientIds: ReadonlySet<string | undefined> = new Set(clients.map(each => each.clientId))
  const userIds = users.map(each => each?.userId)
  for (const [index, userId] of userIds.entries()) {
    if (userId === undefined) continue
    if (userIds.indexOf(userId) < index) report(`users[${index}].userId`, `\`${userId}\` is declared twice`)
    if (clientIds.has(userId)) report(`users[${index}].userId`, `\`${userId}\` is a client's id; another is wanted`)
  }
}

const members: Readonly<Record<string, string>> = { clients: 'clientId', users: 'username', resources: 'resource' }

function reportRepeated(list: string, names: readonly (string | undefined)[], report: Report): void {
  for (const [index, name] of names.entries())
    if (name !== undefined && names.indexOf(name) < index)
      report(`${list}[${index}].${members[list]}`, `\`${name}\` is declared twice`)
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined
}

const undeclared = 'no resource of the configuration; declare it under `resources`'

function checkResources(config: Config, report: Report): void {
  const known = config.resources.map(each => each.resource)
  if (config.defaultResource !== undefined && !known.includes(config.defaultResource))
    report('defaultResource', `\`${config.defaultResource}\` is ${undeclared}`)
  for (const name of config.catalogue.names) {
    const resource = config.catalogue.definition(name)?.resource
    if (resource !== undefined && !known.includes(resource))
      report(`catalogue.scopes.${name}.resource`, `\`${resource}\` is ${undeclared}`)
  }
}

function checkIntrospection(clients: readonly (DeclaredClient | undefined)[], config: Config, report: Report): void {
  const known = config.resources.map(each => each.resource)
  for (const [index, client] of clients.entries())
    for (const resource of client?.introspects.filter(each => !known.includes(each)) ?? [])
      report(`clients[${index}].introspects`, `\`${resource}\` is ${undeclared}`)
}
