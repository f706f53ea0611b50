// RFC 9700 §4.9.1
import type { Secret, SecretLedger } from '../secret/secret.ts'
import { type KeptToken, type OwedToken, parseVault, printVault } from './vault-text.ts'

/** Where the vault lies while nobody uses it, sealed: see `openSealedFile`. */
export type SealedText = {
  /** `undefined` where there is none. @throws where it cannot be opened */
  readonly read: () => Promise<string | undefined>
  readonly write: (text: string) => Promise<void>
  readonly remove: () => Promise<void>
}

/** What a run holds: the tokens that it uses again, and all that it must revoke. Written, sealed, after each change. */
export class Vault {
  readonly #secrets: SecretLedger
  readonly #sealed: SealedText | undefined
  readonly #kept = new Map<string, KeptToken>()
  readonly #owed = new Map<string, OwedToken>()
  #opening: Promise<void> | undefined
  #writing: Promise<void> = Promise.resolve()
  #isWaiting = false

  constructor(secrets: SecretLedger, sealed?: SealedText) {
    this.#secrets = secrets
    this.#sealed = sealed
  }

  /** Takes over what an earlier run left; done once. @throws where the file cannot be opened */
  open(): Promise<void> {
    this.#opening ??= this.#read()
    return this.#opening
  }

  async #read(): Promise<void> {
    const text = await this.#sealed?.read()
    if (text === undefined) return
    const content = parseVault(text, this.#secrets)
    if (content === undefined) throw new TypeError('the vault holds something else than tokens')
    // what is newer stays
    for (const [key, kept] of content.kept) if (!this.#kept.has(key)) this.#kept.set(key, kept)
    for (const owed of content.owed) if (!this.#owed.has(owed.text)) this.#owed.set(owed.text, owed)
  }

  find(key: string): KeptToken | undefined {
    return this.#kept.get(key)
  }

  /** The key under which a token is kept. */
  keyOf({ accessToken }: { readonly accessToken: Secret }): string | undefined {
    return [...this.#kept].find(([, { token }]) => token.accessToken.reveal() === accessToken.reveal())?.[0]
  }

  keep(key: string, kept: KeptToken): void {
    this.#kept.set(key, kept)
    this.#save()
  }

  drop(key: string): void {
    if (this.#kept.delete(key)) this.#save()
  }

  /** Notes that a token must be revoked; it may be noted twice. */
  owe(owed: OwedToken): void {
    this.#owed.set(owed.text, owed)
    this.#save()
  }

  /** Notes that a token is dead. Whoever kept it keeps it no more. */
  settle(token: Secret): void {
    const text = token.reveal()
    this.#owed.delete(text)
    for (const [key, kept] of this.#kept) {
      if (kept.token.accessToken.reveal() === text) this.#kept.delete(key)
    }
    this.#save()
  }

  /** What must be revoked: refresh tokens first, since new access tokens come from them. */
  get owed(): readonly OwedToken[] {
    const all = [...this.#owed.values()]
    return [...all.filter(({ hint }) => hint === 'refresh_token'), ...all.filter(({ hint }) => hint === 'access_token')]
  }

  owedOf(token: Secret): OwedToken | undefined {
    return this.#owed.get(token.reveal())
  }

  /** Many changes at once become one write; what an earlier run left is read before it is written over. */
  #save(): void {
    const sealed = this.#sealed
    if (sealed === undefined || this.#isWaiting) return
    this.#isWaiting = true
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(() => this.open())
      .then(() => {
        this.#isWaiting = false
        return sealed.write(printVault({ kept: this.#kept, owed: this.owed }))
      })
    // told by `saved`
    this.#writing.catch(() => undefined)
  }

  /** Waits for what is being written. @throws where it could not be written */
  saved(): Promise<void> {
    return this.#writing
  }

  /** Forgets all, and removes the file where nothing is owed any more. */
  async close(): Promise<void> {
    this.#kept.clear()
    if (this.#owed.size > 0) this.#save()
    await this.#writing
    if (this.#owed.size === 0) await this.#sealed?.remove()
  }
}
