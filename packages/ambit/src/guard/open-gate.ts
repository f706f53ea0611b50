// OpenAPI 3.2 §4.30, RFC 9728 §3
import { catalogueOf, createRouteTable, enforcementOf, type OpenApiOperation, type RouteTable } from '@ambit/policy'
import { createGuard, discoverIssuer, type Guard, type TrustedIssuer } from '@ambit/resource'
import { type Catalogue, CatalogueError } from '@ambit/scope'
import { ConfigError, type ConfigProblem } from '../config/config-error.ts'
import { isLoopback } from '../config/values.ts'
import { checkSound, type LoadedOpenApi, loadOpenApi } from '../openapi/load-openapi.ts'
import { createGate, type Gate } from './gate.ts'
import type { GuardConfig } from './guard-config.ts'
import type { ShapedIssuer } from './guard-shape.ts'
import { reportUsage, type UsageReports } from './usage-reports.ts'

/** A document that is read and fits its configuration. */
export type OpenedDocument = {
  readonly loaded: LoadedOpenApi
  readonly catalogue: Catalogue
  readonly routes: RouteTable
}

/** A gate, and what was opened for it. */
export type OpenedGate = OpenedDocument & {
  readonly gate: Gate
  readonly metadata: Guard['metadata']
  readonly usage: UsageReports
}

/**
 * Loads the document and makes sure that all of it can be enforced.
 * @throws {ConfigError} with all problems of the document at once
 */
export async function openDocument(config: GuardConfig, folder: string): Promise<OpenedDocument> {
  const loaded = await loadOpenApi(config.openapi, { folder })
  checkSound(loaded)
  const { reading } = loaded
  const catalogue = config.catalogue ?? ownCatalogue(loaded)
  const problems = [...unknownScopes(reading.operations, catalogue), ...unknownSchemes(config, loaded)]
  if (problems.length > 0) throw new ConfigError(problems, `\`${config.openapi}\``)
  const options = config.basePath === undefined ? {} : { basePath: config.basePath }
  return { loaded, catalogue, routes: createRouteTable(reading.operations, options) }
}

/** Opens the gate of a document; `onUsageFailure` hears of reports of scope usage that were not delivered. */
export function openGate(
  config: GuardConfig,
  opened: OpenedDocument,
  onUsageFailure: (reason: string) => void,
): OpenedGate {
  const usage = reportUsage(config.issuers, onUsageFailure)
  const guard = createGuard({
    resource: config.resource,
    catalogue: opened.catalogue,
    issuers: config.issuers.map(trust),
    observe: usage.observe,
    ...(isServable(config.resource) && { metadata: {} }),
    ...(config.dpop !== undefined && { dpop: config.dpop === 'required' ? ('required' as const) : {} }),
    ...(config.certificateField !== undefined && {
      clientCertificate: { header: config.certificateField, trustedProxies: config.trust },
    }),
  })
  const { checkedByApi, preflight } = config
  const gate = createGate({ routes: opened.routes, guard, checkedByApi, preflight })
  return { ...opened, gate, metadata: guard.metadata, usage }
}

function trust({ issuer, jwt, introspection, dangerouslyAcceptPlainJwt }: ShapedIssuer): TrustedIssuer {
  const rules = dangerouslyAcceptPlainJwt === true ? { dangerouslyAcceptPlainJwt: true as const } : {}
  return discoverIssuer(issuer, { jwt: jwt ?? rules, ...(introspection && { introspection }) })
}

function ownCatalogue({ reading, location }: LoadedOpenApi): Catalogue {
  try {
    return catalogueOf(reading)
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error
    throw new ConfigError(error.problems, `\`${location}\``, { cause: error })
  }
}

function unknownScopes(operations: readonly OpenApiOperation[], catalogue: Catalogue): readonly ConfigProblem[] {
  return operations.flatMap(({ requirement, requirementPointer, pointer }) => {
    const used = 'anyOf' in requirement ? requirement.anyOf.flatMap(each => each.scopes) : []
    const path = requirementPointer ?? pointer
    return catalogue.read(used).unknown.map(scope => ({ path, message: `the catalogue has no scope \`${scope}\`` }))
  })
}

function unknownSchemes({ checkedByApi }: GuardConfig, { reading }: LoadedOpenApi): readonly ConfigProblem[] {
  return [...checkedByApi].flatMap(name => {
    const scheme = reading.schemes.get(name)
    if (scheme?.isToken === false) return []
    const message =
      scheme === undefined
        ? 'the document has no such security scheme'
        : 'the scheme is an access token, which the guard checks'
    return [{ path: `checkedByApi: ${name}`, message }]
  })
}

/** Metadata stand at the resource's own URL; other identifiers have none. @spec RFC 9728 §3 */
function isServable(resource: string): boolean {
  const { protocol, hostname } = new URL(resource)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/** What is enforced of each operation. */
export function enforcementsOf({ checkedByApi }: GuardConfig, { loaded }: OpenedDocument) {
  return loaded.reading.operations.map(operation => ({
    operation,
    enforcement: enforcementOf(operation.requirement, checkedByApi),
  }))
}
