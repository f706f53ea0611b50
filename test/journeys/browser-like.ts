// RFC 6265, HTML §4.10.21
/** Answers a request: `fetch` itself, or an edge in this process. */
export type Send = (request: Request) => Promise<Response>

/** A form of a page: where it goes, and what it holds before the user touches it. */
export type PageForm = {
  readonly action: string
  readonly method: string
  /** Named fields with their values; a checkbox only while it is ticked. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Values of the checkboxes and buttons by name, ticked or not. */
  readonly choices: Readonly<Record<string, readonly string[]>>
}

/** Where a browser has come to rest. */
export type Landing = {
  readonly url: URL
  readonly status: number
  readonly headers: Headers
  readonly html: string
  readonly forms: readonly PageForm[]
  /** Every answer on the way here, the last one included. */
  readonly trail: readonly Response[]
  /** Set where a redirect leads away from the sites that the browser was told to visit; it is not followed. */
  readonly left?: URL
}

/** What a user changes in a form before it is sent; `undefined` leaves a field out. */
export type Changes = Readonly<Record<string, string | readonly string[] | undefined>>

/** A browser without script: it keeps cookies, follows redirects, and fills in forms. */
export type BrowserLike = {
  readonly open: (url: string | URL) => Promise<Landing>
  readonly submit: (landing: Landing, changes?: Changes, form?: PageForm) => Promise<Landing>
  /** Sends any request with this browser's cookies, and follows nothing. */
  readonly send: (url: string | URL, init?: RequestInit) => Promise<Response>
  readonly cookies: Map<string, string>
}

const maxRedirects = 20

/** Opens a browser that visits the given origins by `send`. */
export function openBrowser(send: Send, origins: readonly string[]): BrowserLike {
  const cookies = new Map<string, string>()
  const sendOnce = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const response = await send(withCookies(new URL(url), init, cookies))
    keepCookies(new URL(url), response, cookies)
    return response
  }
  const visit = async (url: URL, init: RequestInit, trail: readonly Response[]): Promise<Landing> => {
    if (trail.length > maxRedirects) throw new Error(`more than ${maxRedirects} redirects, the last one to ${url.href}`)
    const response = await sendOnce(url, init)
    const passed = [...trail, response]
    const location = isRedirect(response) ? response.headers.get('location') : null
    if (location === null) return landOn(url, response, passed)
    const next = new URL(location, url)
    if (!origins.includes(next.origin)) return { ...(await landOn(url, response, passed)), left: next }
    return visit(next, response.status === 307 || response.status === 308 ? init : navigation, passed)
  }
  return {
    open: url => visit(new URL(url), navigation, []),
    submit: (landing, changes = {}, form = onlyForm(landing)) =>
      visit(new URL(form.action, landing.url), postOf(form, changes), []),
    send: sendOnce,
    cookies,
  }
}

/** The one form of a page that holds a field of this name. */
export function formWith(landing: Landing, name: string): PageForm {
  const found = landing.forms.find(form => form.fields.some(([field]) => field === name) || name in form.choices)
  if (found === undefined)
    throw new Error(`no form at ${landing.url.pathname} has a field \`${name}\`:\n${landing.html}`)
  return found
}

/** The value of a form's field, before the user touches it. */
export function fieldOf(form: PageForm, name: string): string | undefined {
  return form.fields.find(([field]) => field === name)?.[1]
}

const navigation: RequestInit = {
  headers: {
    accept: 'text/html,application/xhtml+xml',
    'accept-language': 'en',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  },
}

/** A page that sends no referrer makes the browser send `Origin: null`. @spec Fetch §3.2 */
function postOf(form: PageForm, changes: Changes): RequestInit {
  const kept = form.fields.filter(([name]) => !Object.hasOwn(changes, name))
  const changed = Object.entries(changes).flatMap(([name, value]) => valuesOf(value).map(each => [name, each] as const))
  const body = new URLSearchParams([...kept, ...changed].map(([name, value]) => [name, value]))
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const site = { origin: 'null', 'sec-fetch-site': 'same-origin' }
  return { method: 'POST', headers: { ...navigation.headers, ...type, ...site }, body: body.toString() }
}

function valuesOf(value: Changes[string]): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

function onlyForm({ forms, url, html }: Landing): PageForm {
  const [first, ...others] = forms
  if (first === undefined || others.length > 0)
    throw new Error(`wanted one form at ${url.pathname}, found ${forms.length}:\n${html}`)
  return first
}

function isRedirect({ status }: Response): boolean {
  return status >= 300 && status < 400
}

async function landOn(url: URL, response: Response, trail: readonly Response[]): Promise<Landing> {
  const html = await response.text()
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false
  return {
    url,
    status: response.status,
    headers: response.headers,
    html,
    forms: isPage ? formsOf(html) : [],
    trail,
  }
}

function withCookies(url: URL, init: RequestInit, cookies: ReadonlyMap<string, string>): Request {
  const headers = new Headers(init.headers)
  const begin = `${url.hostname} `
  const sent = [...cookies].filter(([key]) => key.startsWith(begin))
  const line = sent.map(([key, value]) => `${key.slice(begin.length)}=${value}`).join('; ')
  if (line !== '' && !headers.has('cookie')) headers.set('cookie', line)
  return new Request(url, { ...init, headers, redirect: 'manual' })
}

/** Cookies belong to a host whatever its port. @spec RFC 6265 §8.5 */
function keepCookies(url: URL, response: Response, cookies: Map<string, string>): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = '', ...attributes] = line.split(';').map(part => part.trim())
    const equals = pair.indexOf('=')
    const key = `${url.hostname} ${pair.slice(0, equals)}`
    const isGone = attributes.some(each => /^max-age=(0|-.*)$/i.test(each))
    if (isGone) cookies.delete(key)
    else cookies.set(key, pair.slice(equals + 1))
  }
}

function formsOf(html: string): readonly PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, attributes = '', inner = '']) => ({
    action: attributesOf(attributes)['action'] ?? '',
    method: (attributesOf(attributes)['method'] ?? 'get').toUpperCase(),
    ...fieldsOf(inner),
  }))
}

function fieldsOf(inner: string): Pick<PageForm, 'fields' | 'choices'> {
  const fields: (readonly [string, string])[] = []
  const choices: Record<string, string[]> = {}
  for (const [, tag = '', text = ''] of inner.matchAll(/<(input|button)\b([^>]*)>/g)) {
    const { name, type = tag === 'button' ? 'submit' : 'text', value, checked } = attributesOf(text)
    if (name === undefined) continue
    const isChoice = type === 'checkbox' || type === 'radio' || type === 'submit'
    if (isChoice) choices[name] = [...(choices[name] ?? []), value ?? 'on']
    if (type !== 'submit' && (!isChoice || checked !== undefined)) fields.push([name, value ?? (isChoice ? 'on' : '')])
  }
  return { fields, choices }
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/([a-z][a-z-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)
  return Object.fromEntries(
    [...found].map(([, name = '', double, single, bare]) => [name, unescapeHtml(double ?? single ?? bare ?? '')]),
  )
}

function unescapeHtml(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text.replaceAll(
    /&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named[name] ?? whole
      return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
    },
  )
}
