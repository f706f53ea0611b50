// RFC 6749 §4.1, RFC 7636 §4
import { createHash } from 'node:crypto'
import type { Sender } from '../balancer.ts'
import { app, redirectUri, resources, scope } from '../installation.ts'
import type { Random } from '../random.ts'

/** A code that was answered, and what else its redemption needs. */
export type AnsweredCode = {
  readonly code: string
  readonly node: string
  readonly redemption: Readonly<Record<string, string>>
}

/** What became of an authorization request: a code, another page than was wanted, or no answer that says. */
export type Authorized = AnsweredCode | { readonly page: string; readonly node: string } | undefined

/** Path and query of an authorization request. */
export function authorizationTarget(verifier: string, resource: string): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: app.client_id,
    redirect_uri: redirectUri,
    scope: `openid offline_access ${scope}`,
    resource,
    state: 'the-state-of-the-app',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  return `/authorize?${query}`
}

/** Asks for a code in a browser in which the user is logged in and has consented. */
export async function authorize(
  { sender, random }: { readonly sender: Sender; readonly random: Random },
  cookies: string,
): Promise<Authorized> {
  const verifier = Array.from({ length: 4 }, () => random.next().toString(36).slice(2).padEnd(11, '0')).join('-')
  const resource = random.percent(50) ? resources.jwt : resources.opaque
  const target = authorizationTarget(verifier, resource)
  const outcome = await sender.send({ method: 'GET', target, cookies })
  if (outcome.kind === 'silence' || outcome.status >= 500) return undefined
  const { location = '' } = outcome.headers
  const code = location.startsWith(redirectUri) ? new URL(location).searchParams.get('code') : null
  if (code === null) return { page: `${outcome.status} ${location || outcome.body.slice(0, 200)}`, node: outcome.node }
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier, resource }
  return { code, node: outcome.node, redemption: form }
}
