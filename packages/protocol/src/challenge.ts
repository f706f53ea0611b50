// RFC 9110 §11.6.1, RFC 6750 §3, RFC 9449 §7.1
/** The parameters of one challenge, in the order in which they are printed. */
export type ChallengeParameters = Readonly<Record<string, string | undefined>>

/** The authentication schemes in which challenges are made. */
export type ChallengeScheme = 'Bearer' | 'DPoP' | 'Basic'

/**
 * Prints a `WWW-Authenticate` challenge; each value becomes a quoted string.
 * @spec RFC 9110 §11.6.1, RFC 6750 §3, RFC 9449 §7.1
 */
export function printChallenge(scheme: ChallengeScheme, parameters: ChallengeParameters): string {
  const printed = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${quote(value)}`],
  )
  return printed.length === 0 ? scheme : `${scheme} ${printed.join(', ')}`
}

function quote(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
}
