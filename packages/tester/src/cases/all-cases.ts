import type { TestCase } from '../catalogue/test-case.ts'
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
import { codeCases } from './server/code-cases.ts'
import { metadataCases } from './server/metadata-cases.ts'
import { pkceCases } from './server/pkce-cases.ts'
import { redirectCases } from './server/redirect-cases.ts'
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
  ...selfCases,
]
