// OAuth Client ID Metadata Document
import { findHostProblems, findPolicyProblems } from '../../client/registered-metadata/policy.ts'
import type { Feature } from '../../feature.ts'
import { mountFeatures } from '../../mounted.ts'
import type { ServerOptions } from '../../options.ts'
import type { OptionsProblem } from '../../options-error.ts'
import { overStore } from '../../over-store.ts'
import type { Store } from '../../ports/store.ts'
import { isAddress } from './client-id-url.ts'
import { DocumentClients } from './document-clients.ts'
import { type ClientDocumentsOptions, completeOptions, documentMethods } from './options.ts'

/**
 * Takes clients that nobody registered: their identifier is an https address, where a document describes them.
 * @spec OAuth Client ID Metadata Document §1
 * @example clientDocuments({ policy: { scope: ['openid', 'read_pets'] } })
 */
export function clientDocuments(options: ClientDocumentsOptions = {}): Feature {
  return {
    name: 'clientDocuments',
    needsOutbound: true,
    wrapStore: (store, server) => withDocuments(store, server, options),
    metadata: () => ({ client_id_metadata_document_supported: true }),
    findProblems: server => findProblems(options, server),
  }
}

function withDocuments(store: Store, server: ServerOptions, options: ClientDocumentsOptions): Store {
  const world = { ...server, mounted: mountFeatures(server) }
  const clients = new DocumentClients(store, world, completeOptions(options, server.catalogue))
  return overStore(store, {
    findClient: clientId => (isAddress(clientId) ? clients.find(clientId) : store.findClient(clientId)),
    addToGrant: async grant => {
      await clients.keep(grant.clientId)
      return store.addToGrant(grant)
    },
    saveCode: async code => {
      await clients.keep(code.clientId)
      return store.saveCode(code)
    },
    saveAccessToken: async (token, issued) => {
      await clients.keep(token.clientId)
      return store.saveAccessToken(token, issued)
    },
  })
}

function findProblems(options: ClientDocumentsOptions, server: ServerOptions): readonly OptionsProblem[] {
  const { scope } = completeOptions(options, server.catalogue).policy
  const { policy = {}, hosts, limits = {} } = options
  const problems = [
    ...findPolicyProblems({ scope, ...policy }, server, 'clientDocuments.policy'),
    ...findHostProblems(hosts, 'clientDocuments.hosts'),
  ]
  for (const method of policy.authenticationMethods ?? [])
    if (!documentMethods.some(each => each === method))
      problems.push({
        path: 'clientDocuments.policy.authenticationMethods',
        message: `${documentMethods.join(' or ')} is wanted, not \`${method}\`: a document cannot hold a secret`,
      })
  for (const [name, limit] of Object.entries(limits))
    if (!Number.isSafeInteger(limit) || limit < 1)
      problems.push({ path: `clientDocuments.limits.${name}`, message: 'a whole number of at least 1 is wanted' })
  return problems
}
