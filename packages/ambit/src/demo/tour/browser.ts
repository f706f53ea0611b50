// RFC 6265 §5, RFC 9110 §15.4
import type { AppFetch } from '../app/discovery.ts'
import { defaultFields, type Form, readForms } from './forms.ts'

/** A page that a browser came to. */
export type Page = {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly forms: readonly Form[]
}

/** How a form is filled in. */
type Filling = {
  /** The form whose action begins with this; the first one where it is left out. */
  readonly action?: string
  /** Fields that are typed into or buttons that are pressed. */
  readonly set?: Readonly<Record<string, string>>
  /** Values of checkboxes that are not ticked, by name. */
  readonly untick?: Readonly<Record<string, readonly string[]>>
}

/** A browser without a screen: cookies, redirects and forms. */
export type Browser = {
  /** Opens a page and follows redirects, except to places where it is told to stop. */
  readonly open: (url: string) => Promise<Page>
  /** Fills in a form of a page and sends it. */
  readonly submit: (page: Page, filling?: Filling) => Promise<Page>
  /** The cookies as `name=value` for a host. */
  readonly cookiesFor: (url: string) => string
}

/** What a browser is made with. */
export type BrowserOptions = {
  readonly fetch: AppFetch
  /** A redirect to a URL that begins with this is not followed; its answer is the page. */
  readonly stopAt?: string
  readonly language?: string
}

const mostRedirects = 10

/** Makes a browser with an empty cookie jar. */
export function createBrowser(options: BrowserOptions): Browser {
  const jar = new CookieJar()
  const go = async (url: string, init: RequestInit, redirects = 0): Promise<Page> => {
    const response = await options.fetch(url, withHeaders(url, init, { jar, options }))
    jar.take(url, response.headers.getSetCookie())
    const location = response.headers.get('location')
    const page = await toPage(url, response)
    if (response.status < 300 || response.status > 399 || location === null) return page
    const next = new URL(location, url).href
    if (options.stopAt !== undefined && next.startsWith(options.stopAt)) return page
    if (redirects >= mostRedirects) throw new Error(`more than ${mostRedirects} redirects, the last to \`${next}\``)
    return go(next, { method: 'GET' }, redirects + 1)
  }
  return {
    open: url => go(url, { method: 'GET' }),
    submit: (page, filling = {}) => go(...requestOf(page, filling)),
    cookiesFor: url => jar.print(url),
  }
}

async function toPage(url: string, response: Response): Promise<Page> {
  const text = await response.text()
  return { url, status: response.status, headers: response.headers, text, forms: readForms(text) }
}

function withHeaders(
  url: string,
  init: RequestInit,
  around: { readonly jar: CookieJar; readonly options: BrowserOptions },
) {
  const headers = new Headers(init.headers)
  const cookies = around.jar.print(url)
  if (cookies !== '') headers.set('cookie', cookies)
  headers.set('accept', 'text/html')
  headers.set('accept-language', around.options.language ?? 'en')
  return { ...init, headers, redirect: 'manual' } as const
}

function requestOf(page: Page, { action, set = {}, untick = {} }: Filling): [url: string, init: RequestInit] {
  const form = page.forms.find(each => action === undefined || each.action.startsWith(action))
  if (!form)
    throw new Error(`the page at \`${page.url}\` (status ${page.status}) has no form for \`${action ?? 'anything'}\``)
  const kept = defaultFields(form).filter(([name, value]) => !(name in set) && !untick[name]?.includes(value))
  const body = new URLSearchParams([...kept.map(([name, value]) => [name, value]), ...Object.entries(set)])
  const url = new URL(form.action, page.url).href
  if (form.method === 'GET') return [`${url}?${body}`, { method: 'GET' }]
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(page.url).origin }
  return [url, { method: 'POST', headers, body: body.toString() }]
}

/** Cookies by host name; ports do not tell them apart. @spec RFC 6265 §8.5 */
class CookieJar {
  readonly #cookies = new Map<string, Map<string, string>>()

  take(url: string, lines: readonly string[]): void {
    const own = this.#of(url)
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(/; */)
      const name = pair.slice(0, pair.indexOf('='))
      const isGone = attributes.some(each => /^max-age=(0|-\d+)$/i.test(each))
      if (isGone) own.delete(name)
      else own.set(name, pair.slice(name.length + 1))
    }
  }

  print(url: string): string {
    return [...this.#of(url)].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  #of(url: string): Map<string, string> {
    const { hostname } = new URL(url)
    const known = this.#cookies.get(hostname) ?? new Map<string, string>()
    this.#cookies.set(hostname, known)
    return known
  }
}
