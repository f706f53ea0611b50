// FAPI 2.0 Message Signing
import { fapi2Security } from './fapi2-security.ts'
import type { Profile, ProfileRule } from './profile.ts'
import { alwaysKept, problemIf } from './rules.ts'

const document = 'FAPI 2.0 Message Signing'

const longestRequest = 3600

const signingRules: readonly ProfileRule[] = [
  {
    id: 'signed-requests',
    says: 'what is pushed is signed by its client',
    source: `${document} §5.3.1-1`,
    declares: {
      features: {
        requestObjects: {
          required: true,
          requireNotBefore: true,
          lifetime: longestRequest,
          algorithms: ['PS256', 'ES256', 'EdDSA'],
        },
      },
    },
    findProblems: ({ metadata }) =>
      problemIf(
        metadata.require_signed_request_object !== true,
        'features.requestObjects',
        '`{ required: true }` is wanted',
      ),
  },
  alwaysKept({
    id: 'request-audience',
    says: 'a signed request is for this issuer',
    source: `${document} §5.3.1-2`,
    always: '`aud` of a request object must be the issuer, or a list with it',
  }),
  {
    id: 'request-lifetime',
    says: 'a signed request says from when until when it is good, for 60 minutes at the most',
    source: `${document} §5.3.1-3 and -4`,
    findProblems: ({ options }) => {
      const settings = options.features?.find(({ name }) => name === 'requestObjects')?.settings
      if (settings === undefined) return []
      const [lifetime, requireNotBefore] = [settings['lifetime'], settings['requireNotBefore']]
      const isShort = typeof lifetime === 'number' && lifetime <= longestRequest
      return [
        ...problemIf(!isShort, 'features.requestObjects.lifetime', `at most ${longestRequest} seconds are wanted`),
        ...problemIf(requireNotBefore !== true, 'features.requestObjects.requireNotBefore', '`true` is wanted'),
      ]
    },
  },
  alwaysKept({
    id: 'request-type',
    says: 'a signed request may say that it is one',
    source: `${document} §5.3.1-5`,
    always: 'the type `oauth-authz-req+jwt` is taken',
  }),
  {
    id: 'signed-responses',
    says: 'authorization responses are signed',
    source: `${document} §5.4.1-1`,
    declares: { features: { jwtResponses: { required: true } } },
    findProblems: ({ options, metadata }) => {
      const settings = options.features?.find(({ name }) => name === 'jwtResponses')?.settings
      const isSigned = metadata.response_modes_supported?.includes('jwt') === true
      return problemIf(
        !isSigned || settings?.['required'] !== true,
        'features.jwtResponses',
        '`{ required: true }` is wanted',
      )
    },
  },
  {
    id: 'signed-introspection',
    says: 'introspection can be answered by a signed JWT',
    source: `${document} §5.5.1-1`,
    declares: { features: { introspectionJwt: {} } },
    findProblems: ({ metadata }) =>
      problemIf(
        (metadata.introspection_signing_alg_values_supported ?? []).length === 0,
        'features.introspectionJwt',
        '`true` is wanted',
      ),
  },
]

/** The security profile, and messages that nobody can deny to have sent. @spec FAPI 2.0 Message Signing §5 */
export const fapi2MessageSigning: Profile = {
  name: 'fapi2-message-signing',
  title: 'FAPI 2.0 Message Signing, on top of the FAPI 2.0 Security Profile',
  rules: [...fapi2Security.rules, ...signingRules],
}
