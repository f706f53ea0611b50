// OpenID Authorization API 1.0 §9.2
import { type FetchOptions, fetchBounded } from '../bounded-fetch.ts'
import { parseSecureUrl } from '../secure-url.ts'
import { parseStrictObject } from '../strict-json.ts'
import type { JsonObject } from './entities.ts'
import { type AuthzenEndpoint, type AuthzenMetadata, metadataUrl } from './metadata.ts'

const longest = 65_536

/**
 * Reads where a policy decision point answers what.
 * @spec OpenID Authorization API 1.0 §9.2.3
 * @throws {Error} where it cannot be had, is of another decision point, or names an address that is not https
 */
export async function readAuthzenMetadata(identifier: string, options: FetchOptions = {}): Promise<AuthzenMetadata> {
  const url = metadataUrl(identifier)
  const headers = { accept: 'application/json' }
  const { status, body } = await fetchBounded({ url, headers, limit: longest }, options)
  if (status !== 200) throw new Error(`\`${url}\` answered with status ${status}`)
  const value = parseStrictObject(new TextDecoder().decode(body))
  if (value?.['policy_decision_point'] !== identifier) throw new Error(`\`${url}\` does not describe \`${identifier}\``)
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
  const url = parseSecureUrl(value)
  if (url === undefined) throw new Error(`\`${name}\` is no https URL`)
  return url.href
}
