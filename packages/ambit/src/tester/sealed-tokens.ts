// NIST SP 800-38D §8.2.1
import { openSealedFile, readVaultKey, type SealedText } from '@ambit/tester'
import { ConfigError } from '../config/config-error.ts'

/** The environment variable with the key of the tokens beside a journal. */
const vaultVariable = 'AMBIT_TEST_VAULT_KEY'

/**
 * Where the tokens of a run lie while it goes on, encrypted beside its journal: a run that was killed is resumed with them, and
 * they are revoked at last. `undefined` without a key; then they are only in memory.
 */
export function sealedTokens(
  journal: string,
  environment: Readonly<Record<string, string | undefined>>,
): SealedText | undefined {
  const text = environment[vaultVariable]
  if (!text) return undefined
  try {
    return openSealedFile(`${journal}.tokens`, readVaultKey(text))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new ConfigError([{ path: vaultVariable, message: error.message }], 'the environment')
  }
}
