// RFC 9101, OpenID Connect Core §6
import { refuse } from '@ambit/protocol'
import { metadataOf } from '../../client/metadata-field.ts'
import type { Feature, RequestRule } from '../../feature.ts'
import { requestSigningAlgorithm, requestUris, requireSignedRequests, signingRule } from './client-fields.ts'
import { findSettingsProblems, type RequestObjectsOptions, withDefaults } from './options.ts'
import { resolveRequestObject } from './resolve.ts'

export type { RequestObjectsOptions } from './options.ts'

/** The name of the feature, and of the source of the requests that came as objects. */
const requestObjectsName = 'requestObjects'

/**
 * Reads authorization requests that clients have signed, sent as `request` or fetched from where `request_uri` says.
 * @spec RFC 9101
 * @example
 * createServer({ ...options, features: [pushedRequests(), requestObjects({ required: true })] })
 */
export function requestObjects(options: RequestObjectsOptions = {}): Feature {
  const settings = withDefaults(options)
  const { required, algorithms, references, encrypted } = settings
  return {
    name: requestObjectsName,
    clientMetadata: [requireSignedRequests, requestSigningAlgorithm, ...(references ? [requestUris] : [])],
    clientRules: [signingRule(algorithms)],
    requestSources: [
      {
        name: requestObjectsName,
        resolve: (context, _exchange, parameters) =>
          resolveRequestObject(context, parameters, { ...settings, source: requestObjectsName }),
      },
    ],
    requestRules: [requireSigning(required)],
    metadata: () => ({
      request_parameter_supported: true,
      request_uri_parameter_supported: references,
      require_signed_request_object: required,
      request_object_signing_alg_values_supported: algorithms,
      ...(references && { require_request_uri_registration: true }),
    }),
    needs: encrypted ? ['encryption'] : [],
    needsOutbound: references,
    findProblems: () => findSettingsProblems(settings),
    settings: { lifetime: settings.lifetime, requireNotBefore: settings.requireNotBefore },
  }
}

/** @spec RFC 9101 §10.5, RFC 9126 §2.3 */
function requireSigning(isRequired: boolean): RequestRule {
  return (_context, { client, by }) => {
    const isSigned = by.includes(requestObjectsName)
    if (isRequired && !isSigned)
      return refuse('invalid_request', 'authorization requests must be signed request objects')
    if (metadataOf(client, requireSignedRequests) === true && !isSigned)
      return refuse('invalid_request', 'this client is registered to sign its authorization requests')
    return undefined
  }
}
