import type { TestCase } from '../catalogue/test-case.ts'
import { clientCases } from './client/client-cases.ts'
import { answerCases } from './resource/answers-cases.ts'
import { authorizationDetailsCases } from './resource/authorization-details-cases.ts'
import { claimsCases } from './resource/claims-cases.ts'
import { conditionCases } from './resource/conditions-cases.ts'
import { loadCases } from './resource/load-cases.ts'
import { objectCases } from './resource/objects-cases.ts'
import { possessionCases } from './resource/possession-cases.ts'
import { presenceCases } from './resource/presence-cases.ts'
import { revocationCases } from './resource/revocation-cases.ts'
import { routingCases } from './resource/routing-cases.ts'
import { scopeCases } from './resource/scope-cases.ts'
import { signatureCases } from './resource/signature-cases.ts'
import { stepUpCases } from './resource/step-up-cases.ts'
import { tokenKindCases } from './resource/token-kind-cases.ts'
import { transportCases } from './resource/transport-cases.ts'
import { selfCases } from './self/self-cases.ts'
import { authorizationCases } from './server/authorization-cases.ts'
import { clientAuthenticationCases } from './server/client-cases.ts'
import { codeCases } from './server/code-cases.ts'
import { deviceCases } from './server/device-cases.ts'
import { dpopCases } from './server/dpop-cases.ts'
import { exchangeCases } from './server/exchange-cases.ts'
import { identityCases } from './server/identity-cases.ts'
import { introspectionCases } from './server/introspection-cases.ts'
import { metadataCases } from './server/metadata-cases.ts'
import { pkceCases } from './server/pkce-cases.ts'
import { pushedCases } from './server/pushed-cases.ts'
import { redirectCases } from './server/redirect-cases.ts'
import { refreshCases } from './server/refresh-cases.ts'
import { registrationCases } from './server/registration-cases.ts'
import { requestObjectCases } from './server/request-object-cases.ts'
import { serverRevocationCases } from './server/revocation-cases.ts'
import { serverScopeCases } from './server/scope-cases.ts'
import { serverTransportCases } from './server/tls-cases.ts'
import { tokenCases } from './server/token-cases.ts'
import { staticCases } from './static/static-cases.ts'

/** Every case that this version of the tester tries, in the order of the catalogue. */
export const allCases: readonly TestCase[] = [
  ...presenceCases,
  ...transportCases,
  ...signatureCases,
  ...claimsCases,
  ...tokenKindCases,
  ...scopeCases,
  ...objectCases,
  ...conditionCases,
  ...stepUpCases,
  ...authorizationDetailsCases,
  ...possessionCases,
  ...revocationCases,
  ...routingCases,
  ...answerCases,
  ...loadCases,
  ...staticCases,
  ...metadataCases,
  ...redirectCases,
  ...authorizationCases,
  ...pkceCases,
  ...codeCases,
  ...tokenCases,
  ...clientAuthenticationCases,
  ...refreshCases,
  ...serverScopeCases,
  ...serverRevocationCases,
  ...introspectionCases,
  ...pushedCases,
  ...requestObjectCases,
  ...deviceCases,
  ...registrationCases,
  ...exchangeCases,
  ...dpopCases,
  ...identityCases,
  ...serverTransportCases,
  ...clientCases,
  ...selfCases,
]
