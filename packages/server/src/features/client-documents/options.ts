// OAuth Client ID Metadata Document §8.1, §8.9
import type { Catalogue } from '@ambit/scope'
import type { RegistrationPolicy } from '../../client/registered-metadata/policy.ts'
import type { FetchLimits } from './fetch-budget.ts'

/** How clients that nobody registered are taken from their own documents. */
export type ClientDocumentsOptions = {
  /**
   * What such clients may be. Left out of it: `scope` is every listed scope but the dangerous ones; `redirectHosts` are, beside
   * the document's own host and this machine, no others.
   */
  readonly policy?: Partial<RegistrationPolicy>
  /** Hosts whose documents are taken, `*.example.com` for those below one; any, where it is left out. */
  readonly hosts?: readonly string[]
  readonly limits?: Partial<FetchLimits>
}

/** Options with their defaults. */
export type ClientDocumentsSettings = {
  readonly policy: RegistrationPolicy
  readonly hosts?: readonly string[]
  readonly limits: FetchLimits
}

const defaultLimits: FetchLimits = { perHost: 30, overall: 600 }

/** Nobody can share a secret with a document that everybody reads. @spec OAuth Client ID Metadata Document §4.1 */
export const documentMethods = ['none', 'private_key_jwt'] as const

/** Completes the options. */
export function completeOptions(
  { policy, hosts, limits }: ClientDocumentsOptions,
  catalogue: Catalogue,
): ClientDocumentsSettings {
  return {
    policy: { scope: ordinaryScope(catalogue), authenticationMethods: documentMethods, ...policy },
    ...(hosts && { hosts }),
    limits: { ...defaultLimits, ...limits },
  }
}

function ordinaryScope(catalogue: Catalogue): readonly string[] {
  return catalogue.listed.filter(name => catalogue.definition(name)?.risk !== 'dangerous')
}
