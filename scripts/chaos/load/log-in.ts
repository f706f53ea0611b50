// OpenID Connect Core §3.1.2.3
import { type Landing, openBrowser } from '../../../test/journeys/browser-like.ts'
import { issuer, resources, user } from '../installation.ts'
import { authorizationTarget } from './authorize.ts'

const anyVerifier = 'a-verifier-of-a-code-that-nobody-is-going-to-redeem'

/** Logs the user in with a new browser at one node, consents, and answers the `Cookie` field that the browser sends. */
export async function logIn(port: number): Promise<string> {
  const toNode = async (request: Request) => {
    const url = new URL(request.url)
    const body = request.method === 'POST' ? await request.text() : undefined
    const headers = new Headers(request.headers)
    return fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, {
      method: request.method,
      headers,
      redirect: 'manual',
      ...(body !== undefined && { body }),
    })
  }
  const browser = openBrowser(toNode, [issuer])
  let landing = await browser.open(issuer + authorizationTarget(anyVerifier, resources.jwt))
  if (isAt(landing, '/login')) landing = await browser.submit(landing, user)
  if (isAt(landing, '/consent')) landing = await browser.submit(landing, { decision: 'allow' })
  if (!landing.left?.searchParams.has('code'))
    throw new Error(`the login ended at ${landing.left?.href ?? landing.url.href}: ${landing.html.slice(0, 400)}`)
  return [...browser.cookies].map(([key, value]) => `${key.slice(key.indexOf(' ') + 1)}=${value}`).join('; ')
}

function isAt({ left, url }: Landing, path: string): boolean {
  return left === undefined && url.pathname === path
}
