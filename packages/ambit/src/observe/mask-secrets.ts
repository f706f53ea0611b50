const secret = /\b(ac|at|rt|se|in|br)_[A-Za-z0-9_-]{20,}/g
const jws = /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?/g

/**
 * Takes our own secrets and JWTs out of a text. Events hold no secret; an exception's message may quote what a stranger sent.
 */
export function maskSecrets(text: string): string {
  return text.replace(secret, '$1_(hidden)').replace(jws, '(hidden JWT)')
}
