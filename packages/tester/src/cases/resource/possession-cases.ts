// RFC 9449 §7; RFC 8705 §3
import type { TestCase } from '../../catalogue/test-case.ts'
import { asBearerCase } from './possession-bearer.ts'
import { certificateCase } from './possession-certificate.ts'
import { nonceCase } from './possession-nonce.ts'
import {
  missingMemberCase,
  oneProofCase,
  otherCallCase,
  otherKeyProofCase,
  unsignedProofCase,
} from './possession-proof.ts'
import { proofAgeCase, replayCase } from './possession-time.ts'

/** Whether a token that is bound to a key or a certificate is of use to its holder only. */
export const possessionCases: readonly TestCase[] = [
  asBearerCase,
  oneProofCase,
  otherKeyProofCase,
  missingMemberCase,
  otherCallCase,
  proofAgeCase,
  replayCase,
  unsignedProofCase,
  nonceCase,
  certificateCase,
]
