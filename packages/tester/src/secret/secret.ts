// RFC 6750 §5.3
/**
 * A value that opens something: a token, a code, a password, a client's secret, a private key. It shows itself to nobody who
 * prints, logs or serializes it; `reveal` is the one way to its text.
 */
export class Secret {
  readonly #text: string
  /** What it is, for people: `access token`, `client secret`. */
  readonly kind: string

  constructor(kind: string, text: string) {
    this.kind = kind
    this.#text = text
  }

  /** The text itself, to be sent and never to be written. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return `[${this.kind}]`
  }

  toJSON(): string {
    return this.toString()
  }

  /** What Node's own printing shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

/** Remembers every secret that a run has seen, so that each artefact can be searched for all of them. */
export type SecretLedger = {
  /** Makes a secret and remembers it. */
  readonly secret: (kind: string, text: string) => Secret
  /** Everything seen, each once; only the leak search and masking may ask. */
  readonly all: () => readonly Secret[]
}

/** Makes an empty ledger. */
export function createSecretLedger(): SecretLedger {
  const known = new Map<string, Secret>()
  return {
    secret: (kind, text) => {
      const before = known.get(text)
      if (before !== undefined) return before
      const made = new Secret(kind, text)
      known.set(text, made)
      return made
    },
    all: () => [...known.values()],
  }
}
