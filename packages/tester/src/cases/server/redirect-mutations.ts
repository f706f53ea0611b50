// RFC 9700 §4.1.1, §4.1.3; RFC 3986 §3, §6
/** A redirect URI that looks like a registered one and is another. */
export type Mutation = {
  readonly variant: string
  /** `undefined` where a URI cannot be changed in this way. */
  readonly change: (registered: URL, text: string) => string | undefined
}

const attacker = 'attacker.example'

/** Every way in which a URI is made into one that a careless comparison takes for the same. */
export const mutations: readonly Mutation[] = [
  {
    variant: 'a longer path',
    change: (_url, text) => (hasQuery(text) ? undefined : `${text.replace(/\/$/, '')}/more`),
  },
  { variant: 'a longer name', change: (_url, text) => (hasQuery(text) ? undefined : `${text.replace(/\/$/, '')}more`) },
  { variant: 'a step up', change: (_url, text) => `${withoutQuery(text).replace(/\/$/, '')}/../more` },
  { variant: 'a step up and back', change: url => rebuilt(url, { path: `/x/..${url.pathname}` }) },
  { variant: 'an encoded step up', change: (_url, text) => `${withoutQuery(text).replace(/\/$/, '')}/..%2fmore` },
  { variant: 'a doubled slash', change: url => rebuilt(url, { path: `/${url.pathname}` }) },
  {
    variant: 'an encoded slash',
    change: url => (url.pathname === '/' ? undefined : rebuilt(url, { path: `/%2f${url.pathname.slice(1)}` })),
  },
  { variant: 'an encoded letter', change: url => encodedLetter(url) },
  {
    variant: 'another case of the path',
    change: url => different(rebuilt(url, { path: otherCase(url.pathname) }), url),
  },
  {
    variant: 'another case of the host',
    change: url => (isNamed(url) ? rebuilt(url, { host: otherCase(url.host) }) : undefined),
  },
  { variant: 'an added query', change: (_url, text) => `${text}${hasQuery(text) ? '&' : '?'}more=1` },
  { variant: 'an added fragment', change: (_url, text) => `${text}#more` },
  { variant: 'the host as user name', change: url => rebuilt(url, { host: `${url.hostname}@${attacker}` }) },
  { variant: 'a user name', change: url => rebuilt(url, { host: `attacker@${url.host}` }) },
  {
    variant: 'a subdomain',
    change: url => (isNamed(url) ? rebuilt(url, { host: `attacker.${url.host}` }) : undefined),
  },
  {
    variant: 'the host as subdomain',
    change: url => rebuilt(url, { host: `${url.hostname.replace(/[[\]]/g, '')}.${attacker}` }),
  },
  {
    variant: 'a host that ends alike',
    change: url => (isNamed(url) ? rebuilt(url, { host: `attacker-${url.host}` }) : undefined),
  },
  {
    variant: 'another port',
    change: url => (isLoopback(url) ? undefined : rebuilt(url, { host: `${url.hostname}:8444` })),
  },
  { variant: 'a backslash', change: url => rebuilt(url, { host: `${attacker}\\@${url.host}` }) },
  { variant: 'a letter that looks alike', change: url => (isNamed(url) ? lookAlike(url) : undefined) },
  {
    variant: 'a dot behind the host',
    change: url =>
      isNamed(url) ? rebuilt(url, { host: `${url.hostname}.${url.port === '' ? '' : `:${url.port}`}` }) : undefined,
  },
  {
    variant: 'another scheme',
    change: url => rebuilt(url, { scheme: url.protocol === 'https:' ? 'http:' : 'https:' }),
  },
]

type Parts = { readonly scheme?: string; readonly host?: string; readonly path?: string }

function rebuilt(url: URL, { scheme = url.protocol, host = url.host, path = url.pathname }: Parts): string | undefined {
  return url.host === '' ? undefined : `${scheme}//${host}${path}${url.search}`
}

function different(text: string | undefined, { href }: URL): string | undefined {
  return text === href ? undefined : text
}

function encodedLetter(url: URL): string | undefined {
  const letter = /[a-z]/i.exec(url.pathname)?.[0]
  const code = letter?.charCodeAt(0).toString(16)
  return letter === undefined ? undefined : rebuilt(url, { path: url.pathname.replace(letter, `%${code}`) })
}

function lookAlike(url: URL): string | undefined {
  const letters: Readonly<Record<string, string>> = { a: 'а', e: 'е', o: 'о', p: 'р', c: 'с', i: 'і' }
  const letter = [...url.host].find(each => letters[each] !== undefined)
  return letter === undefined ? undefined : rebuilt(url, { host: url.host.replace(letter, letters[letter] ?? letter) })
}

function otherCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()
}

function hasQuery(text: string): boolean {
  return text.includes('?')
}

function withoutQuery(text: string): string {
  return text.replace(/[?#].*$/s, '')
}

function isNamed({ hostname }: URL): boolean {
  return /[a-z]/i.test(hostname) && !hostname.startsWith('[')
}

/** Its port may differ. @spec RFC 8252 §7.3 */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === '[::1]' || hostname === 'localhost' || hostname.startsWith('127.')
}
