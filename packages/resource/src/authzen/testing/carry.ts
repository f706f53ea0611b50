import type { Fetch } from '../../platform.ts'
import type { AuthzenEndpoints } from '../endpoints.ts'
import { ask } from './point.ts'

/** Carries requests to a decision point without a network. */
export function carryTo(point: AuthzenEndpoints): Fetch {
  return async (url, { body, headers }) => {
    const text = typeof body === 'string' ? body : ''
    const fields = Object.fromEntries(new Headers(headers))
    const response = await point.handle(ask(new URL(url).pathname, text, { headers: fields }))
    if (response === undefined) return new Response('', { status: 404 })
    return new Response(response.body, { status: response.status, headers: { ...response.headers } as HeadersInit })
  }
}
