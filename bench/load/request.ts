/** Where the endpoints of a server are, from its metadata. */
export type Surface = {
  readonly origin: string
  readonly token: string
  readonly introspection: string
  readonly authorization: string
  /** Empty where the server takes no pushed requests. */
  readonly pushed: string
}

/** Asks a server for its metadata (RFC 8414, else OpenID Connect Discovery) and gives the paths of its endpoints. */
export async function discover(origin: string): Promise<Surface> {
  const metadata = await fetchMetadata(origin)
  const path = (name: string) => {
    const url = metadata[name]
    return typeof url === 'string' ? new URL(url).pathname : ''
  }
  return {
    origin,
    token: path('token_endpoint'),
    introspection: path('introspection_endpoint'),
    authorization: path('authorization_endpoint'),
    pushed: path('pushed_authorization_request_endpoint'),
  }
}

async function fetchMetadata(origin: string): Promise<Record<string, unknown>> {
  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    const response = await fetch(`${origin}/.well-known/${name}`)
    if (response.ok) return parseObject(await response.text())
    await response.body?.cancel()
  }
  throw new Error(`${origin} publishes no metadata`)
}

/** Reads a JSON object; throws on anything else. */
export function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new Error(`a JSON object is wanted, not \`${text}\``)
  return { ...value }
}

/** A whole POST of a form, ready to be sent; `field` is a further header field with its end of line. */
export function post(surface: Surface, path: string, form: Readonly<Record<string, string>>, field = ''): string {
  const body = new URLSearchParams(form).toString()
  return (
    `POST ${path} HTTP/1.1\r\nHost: ${new URL(surface.origin).host}\r\nAccept: application/json\r\n` +
    `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n${field}\r\n${body}`
  )
}

/** A whole GET with cookies, ready to be sent. */
export function get(surface: Surface, target: string, cookies: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: ${new URL(surface.origin).host}\r\nAccept: text/html\r\nCookie: ${cookies}\r\n\r\n`
}
