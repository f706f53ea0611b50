// RFC 6750 §5.3
/**
 * Checks the origins that may see a token.
 * @throws {RangeError} for none at all, for what is no origin, and for http beyond loopback
 */
export function checkedOrigins(origins: readonly string[]): readonly string[] {
  if (origins.length === 0) throw new RangeError('`origins` is empty; the API that may see the token is wanted')
  const wrong = origins.find(origin => URL.parse(origin)?.origin !== origin)
  if (wrong !== undefined)
    throw new RangeError(`\`${wrong}\` is no origin; one such as \`https://api.example\` is wanted`)
  const open = origins.find(origin => !isSecure(new URL(origin)))
  if (open !== undefined) throw new RangeError(`\`${open}\` would get the token in clear; https is wanted`)
  return origins
}

function isSecure({ protocol, hostname }: URL): boolean {
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback)
}
