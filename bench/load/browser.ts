import { user } from '../registration.ts'

/** A person's browser, as far as a login and a consent need one: cookies, redirects and forms. */
export type Browser = {
  /** Goes to the address, fills in each form on the way, and gives the redirect that starts with `goal`. */
  readonly visit: (address: string, goal: string) => Promise<string>
  /** What the `Cookie` field holds for a path. */
  readonly cookies: (path: string) => string
}

type Cookie = { readonly value: string; readonly path: string }

/** Opens a browser without cookies. */
export function openBrowser(): Browser {
  const jar = new Map<string, Cookie>()
  const cookies = (path: string) =>
    [...jar].flatMap(([name, cookie]) => (path.startsWith(cookie.path) ? [`${name}=${cookie.value}`] : [])).join('; ')
  const ask = async (address: URL, form?: URLSearchParams) => {
    const headers = { cookie: cookies(address.pathname), accept: 'text/html', origin: address.origin }
    const response = await fetch(address, { redirect: 'manual', headers, ...(form && { method: 'POST', body: form }) })
    for (const line of response.headers.getSetCookie()) keep(jar, line)
    return response
  }
  return { cookies, visit: (address, goal) => visit(ask, new URL(address), goal) }
}

type Ask = (address: URL, form?: URLSearchParams) => Promise<Response>

async function visit(ask: Ask, start: URL, goal: string): Promise<string> {
  let address = start
  let form: URLSearchParams | undefined
  for (let step = 0; step < 12; step++) {
    const response = await ask(address, form)
    const body = await response.text()
    const location = response.headers.get('location')
    if (location?.startsWith(goal)) return location
    if (!location && !body.includes('<form'))
      throw new Error(`neither redirect nor form (${response.status}): ${body.slice(0, 600)}`)
    form = location ? undefined : fillIn(body)
    address = new URL(location ?? actionOf(body) ?? address, address)
  }
  throw new Error(`the redirect to ${goal} did not come; the last address was ${address}`)
}

function keep(jar: Map<string, Cookie>, line: string): void {
  const [pair = '', ...attributes] = line.split(/; */)
  const [name = '', value = ''] = pair.split(/=(.*)/s)
  const attribute = (wanted: string) =>
    attributes.find(text => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
  const expires = attribute('expires')
  const isGone =
    value === '' || attribute('max-age') === '0' || (expires !== undefined && Date.parse(expires) < Date.now())
  if (isGone) jar.delete(name)
  else jar.set(name, { value, path: attribute('path') ?? '/' })
}

function actionOf(page: string): string | undefined {
  const action = /<form[^>]*\baction="([^"]*)"/.exec(page)?.[1]
  return action ? unescape(action) : undefined
}

/** Fills in the first form of a page: what is there already, the user's name and password, and yes to what is asked. */
function fillIn(page: string): URLSearchParams {
  const form = /<form[\s\S]*?<\/form>/.exec(page)?.[0] ?? ''
  const filled = new URLSearchParams()
  for (const [tag] of form.matchAll(/<(?:input|button)\b[^>]*>/g)) {
    const name = read(tag, 'name')
    if (name && name !== 'decision') filled.append(name, valueFor(name, read(tag, 'value') ?? ''))
  }
  if (/name="decision"/.test(form)) filled.append('decision', 'allow')
  return filled
}

function valueFor(name: string, value: string): string {
  if (name === 'login' || name === 'username') return user.name
  return name === 'password' ? user.password : value
}

function read(tag: string, attribute: string): string | undefined {
  const value = new RegExp(`\\b${attribute}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : unescape(value)
}

function unescape(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
