// RFC 7518 §3.1
import { joseSignatures } from './jose-signatures.ts'
import { builtInCrypto } from './node/built-in-crypto.ts'
import { nodeSignatures } from './node/signature.ts'
import type { LoadKey } from './signature-algorithms.ts'

const crypto = builtInCrypto()

/** Signature checks by `node:crypto` where the runtime has it, by WebCrypto elsewhere. */
export const runtimeSignatures: LoadKey = crypto === undefined ? joseSignatures : nodeSignatures(crypto)
