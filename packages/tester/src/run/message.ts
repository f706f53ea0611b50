import { hideSecrets } from '../report/mask/hide-text.ts'
import { createSecretFinder } from '../report/mask/secret-finder.ts'
import type { Secret, SecretLedger } from '../secret/secret.ts'

/** What something that was thrown says; never its stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

const labels = { label: (kind: string) => `[${kind}]` }

/** Makes a function that puts the kind of a secret where the secret stands, in whatever spelling; it learns new ones as they come. */
export function concealerOf(secrets: Pick<SecretLedger, 'all'>): (text: string) => string {
  const finder = createSecretFinder([])
  let known = 0
  return text => {
    for (const secret of secrets.all().slice(known)) {
      finder.add(secret)
      known += 1
    }
    return finder.unsearchable.reduce(withoutShort, hideSecrets(text, { finder, labels }))
  }
}

/** One that is too short or too ordinary to be searched in all its spellings is hidden as it is. */
function withoutShort(text: string, secret: Secret): string {
  const plain = secret.reveal()
  return plain.length < 4 ? text : text.replaceAll(plain, secret.toString())
}
