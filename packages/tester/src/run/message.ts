import type { SecretLedger } from '../secret/secret.ts'

/** What something that was thrown says; never its stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Makes a function that puts the kind of a secret where the secret stands. */
export function concealerOf(secrets: SecretLedger): (text: string) => string {
  return text =>
    secrets
      .all()
      .map(secret => [secret.reveal(), secret.toString()] as const)
      .filter(([plain]) => plain.length >= 4)
      .toSorted(([a], [b]) => b.length - a.length)
      .reduce((concealed, [plain, shown]) => concealed.replaceAll(plain, shown), text)
}
