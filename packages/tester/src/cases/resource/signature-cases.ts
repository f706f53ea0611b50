// RFC 7515 §4, §5.2; RFC 8725 §2, §3
import type { TestCase } from '../../catalogue/test-case.ts'
import { encodingCase } from './signature-encoding.ts'
import { bombCase, curveCase } from './signature-encrypted.ts'
import { criticalCase, typeCase } from './signature-header.ts'
import { otherAlgorithmCase, otherKeyCase, rotationCase } from './signature-key-use.ts'
import { kidCase } from './signature-kid.ts'
import { embeddedCertificateCase, embeddedKeyCase, fetchedKeyCase } from './signature-own-key.ts'
import { commonSecretCase } from './signature-secret.ts'
import { confusionCase, noneCase, tamperedCase, zeroCase } from './signature-unsigned.ts'

/** Whether a JWT is signed by its issuer, with the right key in the right way. */
export const signatureCases: readonly TestCase[] = [
  noneCase,
  tamperedCase,
  confusionCase,
  zeroCase,
  embeddedKeyCase,
  fetchedKeyCase,
  embeddedCertificateCase,
  kidCase,
  commonSecretCase,
  otherAlgorithmCase,
  otherKeyCase,
  criticalCase,
  typeCase,
  encodingCase,
  bombCase,
  curveCase,
  rotationCase,
]
