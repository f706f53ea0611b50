// RFC 8414 §3, OpenID Connect Discovery §4
/** The part of `fetch` that the app uses. */
export type AppFetch = (url: string, init?: RequestInit) => Promise<Response>

/** A JSON object from outside. */
export type JsonObject = Readonly<Record<string, unknown>>

/** What the app uses of a server's metadata. @spec RFC 8414 §2 */
export type Discovered = {
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly introspectionEndpoint: string
  readonly revocationEndpoint: string
  readonly userinfoEndpoint: string
  readonly endSessionEndpoint: string
  readonly jwksUri: string
}

/**
 * Reads a server's metadata.
 * @spec RFC 8414 §3.3
 * @throws {Error} when it is not that issuer's, or lacks an endpoint
 */
export async function discover(issuer: string, fetch: AppFetch): Promise<Discovered> {
  const metadata = await readJson(await fetch(`${issuer}/.well-known/openid-configuration`))
  if (metadata['issuer'] !== issuer) throw new Error('the metadata is of another issuer')
  const read = (name: string): string => {
    const value = metadata[name]
    if (typeof value !== 'string') throw new Error(`the metadata has no \`${name}\``)
    return value
  }
  return {
    authorizationEndpoint: read('authorization_endpoint'),
    tokenEndpoint: read('token_endpoint'),
    introspectionEndpoint: read('introspection_endpoint'),
    revocationEndpoint: read('revocation_endpoint'),
    userinfoEndpoint: read('userinfo_endpoint'),
    endSessionEndpoint: read('end_session_endpoint'),
    jwksUri: read('jwks_uri'),
  }
}

/** The JSON object in a response; an empty one where there is none. */
export async function readJson(response: Response): Promise<JsonObject> {
  return parseObject(await response.text())
}

/** A JSON object from text; an empty one where the text is none. */
export function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
