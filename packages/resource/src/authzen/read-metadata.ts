// OpenID Authorization API 1.0 §9.2
import { type Fetch, runtimeFetch } from '../platform.ts'
import { isJsonObject, type JsonObject } from './entities.ts'
import { type AuthzenEndpoint, type AuthzenMetadata, isSecure, metadataUrl } from './metadata.ts'

const timeout = 5_000

/**
 * Reads where a policy decision point answers what.
 * @spec OpenID Authorization API 1.0 §9.2.3
 * @throws {Error} where it cannot be had, is of another decision point, or names an address that is not https
 */
export async function readAuthzenMetadata(identifier: string, fetch: Fetch = runtimeFetch): Promise<AuthzenMetadata> {
  const url = metadataUrl(identifier)
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  })
  if (response.status !== 200) throw new Error(`\`${url}\` answered with status ${response.status}`)
  const value: unknown = await response.json()
  if (!isJsonObject(value) || value['policy_decision_point'] !== identifier)
    throw new Error(`\`${url}\` does not describe \`${identifier}\``)
  const evaluation = readEndpoint(value, 'access_evaluation_endpoint')
  if (evaluation === undefined) throw new Error(`\`${url}\` has no \`access_evaluation_endpoint\``)
  return {
    policy_decision_point: identifier,
    access_evaluation_endpoint: evaluation,
    ...Object.fromEntries(endpointNames.flatMap(name => pairOf(name, readEndpoint(value, name)))),
  }
}

const endpointNames: readonly AuthzenEndpoint[] = [
  'access_evaluations_endpoint',
  'search_subject_endpoint',
  'search_resource_endpoint',
  'search_action_endpoint',
]

function pairOf(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, value]]
}

function readEndpoint(metadata: JsonObject, name: AuthzenEndpoint): string | undefined {
  const value = metadata[name]
  if (value === undefined) return undefined
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url === null || !isSecure(url)) throw new Error(`\`${name}\` is no https URL`)
  return url.href
}
