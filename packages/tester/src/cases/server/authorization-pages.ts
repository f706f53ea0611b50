// RFC 9700 §4.2.4, §4.16; Content Security Policy 3 §6.4.2; OpenID Connect Core §3.1.2.4
import { attribute, elementsOf, rawTextOf } from '../../browse/html-tree.ts'
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { fieldValue } from '../../wire/exchange.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { type SeenPage, walk, whyNoPage } from './authorization-walk.ts'
import { codeClient, withClient } from './server-case.ts'
import { authorizationRequest } from './server-flow.ts'
import { caseOnServer } from './server-trial.ts'

/** A case that looks at the login page and the consent page. */
function aboutPages(text: CaseText, judge: (page: SeenPage, name: string) => Judgement): TestCase {
  return caseOnServer(text, server =>
    (['login', 'consent'] as const).map(kind =>
      withClient(server, {
        variant: `the ${kind} page`,
        client: codeClient,
        hasControl: false,
        run: async (context, client) => {
          // OpenID Connect Core §3.1.2.1: asks once more, whatever was agreed to before
          const change = kind === 'consent' ? { prompt: 'consent' } : {}
          const { pairs } = await authorizationRequest(context, client, change)
          const walked = await walk(context, { client, pairs, until: kind })
          const page = walked.pages.find(each => each.kind === kind)
          if (page !== undefined) return judge(page, `the ${kind} page`)
          const isUnasked = kind === 'consent' && walked.end.kind === 'stopped'
          return isUnasked
            ? { verdict: 'not_applicable', reason: 'the server shows no consent page to this client' }
            : inconclusive(whyNoPage(walked, `a ${kind} page`))
        },
      }),
    ),
  )
}

/** AS-AUT-05: pages in frames. */
export const framesCase: TestCase = aboutPages(
  {
    id: 'AS-AUT-05',
    title: 'login and consent in a frame',
    why: 'A foreign page can show the consent page invisibly and let the user click on it without knowing.',
    remedy: "Send `Content-Security-Policy: frame-ancestors 'none'` and `X-Frame-Options: DENY` with these pages.",
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9700 §4.16', 'OWASP ASVS 5.0 §3.4'],
    tags: ['authorization', 'pages', 'clickjacking'],
  },
  ({ response: { headers } }, name) => {
    const options = fieldValue(headers, 'x-frame-options')?.trim().toLowerCase()
    const ancestors = directiveIn(fieldValue(headers, 'content-security-policy') ?? '', 'frame-ancestors')
    if (ancestors === undefined && options !== 'deny' && options !== 'sameorigin')
      return { verdict: 'fail', reason: `${name} may stand in a frame of any page`, complaint: 'frames are allowed' }
    if (ancestors?.some(source => source === '*' || /^https?:$/.test(source)) === true)
      return { verdict: 'fail', reason: `${name} lets itself be framed by any page`, complaint: 'frames are allowed' }
    return { verdict: 'pass', reason: `${name} may not stand in a frame of other pages` }
  },
)

function directiveIn(policy: string, name: string): readonly string[] | undefined {
  for (const text of policy.split(/[;,]/)) {
    const [first, ...sources] = text.trim().toLowerCase().split(/\s+/)
    if (first === name) return sources
  }
  return undefined
}

const leaking = new Set(['unsafe-url', 'no-referrer-when-downgrade'])

/** AS-AUT-06: what pages tell others, and load from others. */
export const referrerCase: TestCase = aboutPages(
  {
    id: 'AS-AUT-06',
    title: 'what the pages tell others',
    why: 'The address of these pages can hold codes and `state`. Whoever serves a picture on them, or is linked from them, may learn it.',
    remedy: 'Send `Referrer-Policy: no-referrer`, and load nothing from other hosts on these pages.',
    severity: 'low',
    level: 'L0',
    sources: ['RFC 9700 §4.2.4'],
    tags: ['authorization', 'pages'],
  },
  ({ page, response }, name) => {
    const foreign = foreignIn(response.body, page.url)
    if (foreign.length > 0)
      return {
        verdict: 'warn',
        reason: `${name} loads something from \`${foreign[0]}\``,
        complaint: 'third-party content',
      }
    const header = fieldValue(response.headers, 'referrer-policy')?.split(',').at(-1)?.trim().toLowerCase()
    const policy = page.referrerPolicy?.toLowerCase() ?? header
    if (policy !== undefined && leaking.has(policy))
      return {
        verdict: 'fail',
        reason: `${name} tells its whole address to others (\`${policy}\`)`,
        complaint: 'the address is told',
      }
    if (policy === undefined || policy === '')
      return {
        verdict: 'warn',
        reason: `${name} leaves it to the browser whether its address is told to others`,
        complaint: 'no `Referrer-Policy`',
      }
    return { verdict: 'pass', reason: `${name} says \`${policy}\`, and loads nothing from others` }
  },
)

/** Addresses in a style sheet: `url(x)`, `@import "x"`. */
function styledIn(text: string): readonly string[] {
  const found = text.matchAll(/url\(\s*["']?([^"')\s]+)|@import\s+["']([^"']+)/gi)
  return [...found].flatMap(([, first, second]) => first ?? second ?? [])
}

/** Hosts that a page loads something from. */
function foreignIn(body: string, url: string): readonly string[] {
  const base = new URL(url)
  const addresses = elementsOf(body).flatMap(({ element }): readonly (string | undefined)[] => {
    if (element.tagName === 'style') return styledIn(rawTextOf(element))
    if (element.tagName === 'link')
      return /stylesheet|icon|preload/.test(attribute(element, 'rel') ?? '') ? [attribute(element, 'href')] : []
    return ['img', 'script', 'iframe', 'source', 'video', 'audio', 'embed'].includes(element.tagName)
      ? [attribute(element, 'src')]
      : []
  })
  const urls = addresses.flatMap(address => (address === undefined ? [] : (URL.parse(address, base) ?? [])))
  return [
    ...new Set(
      urls
        .filter(({ protocol, origin }) => /^https?:$/.test(protocol) && origin !== base.origin)
        .map(({ host }) => host),
    ),
  ]
}
