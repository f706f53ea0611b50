import { type HttpRequest, type HttpResponse, printForm } from '@ambit/protocol'
import { request } from './requests.ts'

/** What a page of `testPages` shows. */
export type ShownPage = Readonly<Record<string, unknown>> & { readonly page: string }

/** A browser for tests: it keeps cookies, follows redirects below the issuer, and fills in forms. */
export type TestBrowser = {
  readonly cookies: Map<string, string>
  /** One request with the cookies, without following. */
  readonly send: (parts: Partial<HttpRequest>) => Promise<HttpResponse>
  /** Goes to an address and follows redirects until a page or another site. */
  readonly open: (url: string) => Promise<Arrival>
  /** Sends a form and follows. */
  readonly post: (path: string, fields: Readonly<Record<string, string | readonly string[]>>) => Promise<Arrival>
}

/** Where a browser arrived: a page of the server, or an address elsewhere. */
export type Arrival = {
  readonly response: HttpResponse
  /** The address elsewhere, where the last answer led there. */
  readonly location?: string
  /** Every address on the way, the first one included. */
  readonly path: readonly string[]
}

/** Makes a browser in front of a server. */
export function testBrowser(handle: (request: HttpRequest) => Promise<HttpResponse>, origin: string): TestBrowser {
  const cookies = new Map<string, string>()
  const send = async (parts: Partial<HttpRequest>) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie !== '' && { cookie }), ...parts.headers }
    const response = await handle({ ...request(), ...parts, headers })
    for (const line of cookieLines(response)) keepCookie(cookies, line)
    return response
  }
  const follow = async (response: HttpResponse, path: readonly string[]): Promise<Arrival> => {
    const location = response.headers['location']
    if (typeof location !== 'string') return { response, path }
    if (!location.startsWith('/') && !location.startsWith(`${origin}/`)) return { response, location, path }
    const url = new URL(location, origin)
    const next = await send({ path: url.pathname, query: url.search.slice(1) })
    return follow(next, [...path, url.pathname + url.search])
  }
  return {
    cookies,
    send,
    open: async url => {
      const { pathname, search } = new URL(url, origin)
      return follow(await send({ path: pathname, query: search.slice(1) }), [pathname + search])
    },
    post: async (path, fields) => follow(await send(formRequest(path, fields)), [path]),
  }
}

/** The page that a response shows, as `testPages` prints it. */
export function pageOf({ response }: { readonly response: HttpResponse }): ShownPage {
  return JSON.parse(response.body) as ShownPage
}

/** The hidden fields of a shown page's form. */
export function hiddenFields(page: ShownPage): Readonly<Record<string, string>> {
  const { csrf, interaction } = page
  return {
    ...(typeof csrf === 'string' && { csrf }),
    ...(typeof interaction === 'string' && { interaction }),
  }
}

function formRequest(path: string, fields: Readonly<Record<string, string | readonly string[]>>): Partial<HttpRequest> {
  const body = Object.entries(fields)
    .flatMap(([name, value]) => (typeof value === 'string' ? [value] : value).map(each => printForm({ [name]: each })))
    .join('&')
  return { method: 'POST', path, body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }
}

function cookieLines(response: HttpResponse): readonly string[] {
  const header = response.headers['set-cookie'] ?? []
  return typeof header === 'string' ? [header] : header
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, equals)
  if (attributes.includes('Max-Age=0')) cookies.delete(name)
  else cookies.set(name, pair.slice(equals + 1))
}
