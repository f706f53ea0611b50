import { isAbsolute, resolve } from 'node:path'
import { seconds } from '@ambit/protocol'
import type { CatalogueDeclaration } from '@ambit/scope'
import { type Catalogue, CatalogueError, defineScopes } from '@ambit/scope'
import { defaultKeySchedule, type ResourceDeclaration, type Ttls } from '@ambit/server'
import { checkClient, type Surroundings } from './check-client.ts'
import { checkKeys, checkSpans, checkWords } from './check-parts.ts'
import { checkUser } from './check-user.ts'
import type { Config } from './config.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { defaults, defaultTtls } from './defaults.ts'
import { isObject, type Report } from './fields.ts'
import { withOpenIdScopes } from './openid-scopes.ts'
import { type Shaped, shape } from './shape.ts'

/** What a configuration is read with. */
export type Reading = {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Relative paths begin here: the folder of the configuration file. */
  readonly directory: string
  /** Where a value came from, for the words of a problem: `the environment variable \`AMBIT_PORT\``. */
  readonly sourceOf?: (path: string) => string | undefined
  /** The configuration's name in the problem's first line. */
  readonly name?: string
}

/**
 * Reads a whole configuration from unknown input and fills in the defaults.
 * @throws {ConfigError} with all problems at once
 */
export function checkConfig(raw: unknown, reading: Reading): Config {
  const problems: ConfigProblem[] = []
  const report: Report = (path, message) => {
    const source = reading.sourceOf?.(path)
    problems.push({ path, message: source === undefined ? message : `${message} (from ${source})` })
  }
  const shaped = shape.parse(raw, { path: '', report })
  const catalogue = shaped && readCatalogue(shaped.catalogue, report)
  const config = shaped && catalogue && complete(shaped, catalogue, { ...reading, report })
  if (config === undefined || problems.length > 0) throw new ConfigError(problems, reading.name)
  return config
}

type Completing = Reading & { readonly report: Report }

function complete(shaped: Shaped, catalogue: Catalogue, completing: Completing): Config {
  const { report, environment, directory } = completing
  const { unknownScope, issuer, scopeHook, metricsPort } = shaped
  const around: Surroundings = { ...shaped, catalogue, environment }
  const at = (path: string) => ({ path, report })
  const resources = (shaped.resources ?? []).map(completeResource)
  const ttl = completeTtls(shaped.ttl ?? {})
  const clients = (shaped.clients ?? []).map((each, index) => checkClient(each, around, at(`clients[${index}]`)))
  const users = (shaped.users ?? []).map((each, index) => checkUser(each, around, at(`users[${index}]`)))
  const store = shaped.store ?? defaults.store
  const config: Config = {
    ...(issuer !== undefined && { issuer }),
    port: shaped.port ?? defaults.port,
    host: shaped.host ?? defaults.host,
    store: store === 'memory' || isAbsolute(store) ? store : resolve(directory, store),
    catalogue,
    resources,
    ...(shaped.defaultResource !== undefined && { defaultResource: shaped.defaultResource }),
    clients,
    users: users.filter(each => each !== undefined),
    ttl,
    keys: completeKeys(shaped.keys ?? {}),
    ...(unknownScope !== undefined && { unknownScope }),
    ...(scopeHook !== undefined && { scopeHook }),
    pages: shaped.pages ?? {},
    log: { level: 'info', format: 'auto', ...shaped.log },
    trustedProxies: shaped.trustedProxies ?? [],
    ...(metricsPort !== undefined && { metricsPort }),
    metricsHost: shaped.metricsHost ?? defaults.metricsHost,
    dangerouslyAllowImplicit: shaped.dangerouslyAllowImplicit ?? false,
    dangerouslyAllowPassword: shaped.dangerouslyAllowPassword ?? false,
  }
  checkNames(config, report)
  checkResources(config, report)
  checkSpans(config, report)
  checkKeys(config, report)
  checkWords(config, report)
  return config
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

function completeResource(resource: NonNullable<Shaped['resources']>[number]): ResourceDeclaration {
  const { accessTokenTtl, ...members } = resource
  const ttl = accessTokenTtl === undefined ? {} : { accessTokenTtl: seconds(accessTokenTtl) }
  return { tokenFormat: 'jwt', name: resource.resource, ...members, ...ttl }
}

function completeKeys(declared: NonNullable<Shaped['keys']>): Config['keys'] {
  const { rotateEvery, announceFor, overlapFor, ...members } = declared
  return {
    algorithms: [],
    idTokenAlgorithm: 'ES256',
    ...members,
    rotateEvery: seconds(rotateEvery ?? defaultKeySchedule.rotateEvery),
    announceFor: seconds(announceFor ?? defaultKeySchedule.announceFor),
    overlapFor: seconds(overlapFor ?? defaultKeySchedule.overlapFor),
  }
}

function completeTtls(declared: NonNullable<Shaped['ttl']>): Ttls {
  const spans = { ...defaultTtls, ...declared }
  return {
    code: seconds(spans.code),
    accessToken: seconds(spans.accessToken),
    idToken: seconds(spans.idToken),
    refreshIdle: seconds(spans.refreshIdle),
    refreshAbsolute: seconds(spans.refreshAbsolute),
    refreshGrace: seconds(spans.refreshGrace),
    sessionIdle: seconds(spans.sessionIdle),
    sessionAbsolute: seconds(spans.sessionAbsolute),
    interaction: seconds(spans.interaction),
    ...(spans.grant !== undefined && { grant: seconds(spans.grant) }),
  }
}

function checkNames(config: Config, report: Report): void {
  const reportRepeated = (list: string, member: string, names: readonly string[]): void => {
    for (const [index, name] of names.entries())
      if (names.indexOf(name) < index) report(`${list}[${index}].${member}`, `\`${name}\` is declared twice`)
  }
  reportRepeated(
    'clients',
    'clientId',
    config.clients.map(each => each.clientId),
  )
  reportRepeated(
    'users',
    'username',
    config.users.map(each => each.username.toLowerCase()),
  )
  reportRepeated(
    'resources',
    'resource',
    config.resources.map(each => each.resource),
  )
}

function checkResources(config: Config, report: Report): void {
  const known = config.resources.map(each => each.resource)
  const wanted = 'no resource of the configuration; declare it under `resources`'
  if (config.defaultResource !== undefined && !known.includes(config.defaultResource))
    report('defaultResource', `\`${config.defaultResource}\` is ${wanted}`)
  for (const name of config.catalogue.names) {
    const resource = config.catalogue.definition(name)?.resource
    if (resource !== undefined && !known.includes(resource))
      report(`catalogue.scopes.${name}.resource`, `\`${resource}\` is ${wanted}`)
  }
  for (const [index, client] of config.clients.entries())
    for (const resource of client.introspects.filter(each => !known.includes(each)))
      report(`clients[${index}].introspects`, `\`${resource}\` is ${wanted}`)
}
