// RFC 6750 §2, RFC 9110 §11.4
import { fieldValues, type SentRequest } from '../../wire/exchange.ts'
import type { World } from './world.ts'

/** The token of a request, how it was sent, or what is wrong with how it was sent. */
export type FoundToken =
  | { readonly kind: 'token'; readonly scheme: 'bearer' | 'dpop'; readonly token: string }
  | { readonly kind: 'none' }
  /** Let in without a token, by a defect. */
  | { readonly kind: 'anybody' }
  | {
      readonly kind: 'bad'
      readonly error: 'invalid_request' | 'invalid_token'
      readonly why: string
      readonly token?: string
    }

const longest = 16_384

/** Finds the one token of a request. @spec RFC 6750 §2 */
export function findToken({ has }: World, request: SentRequest): FoundToken {
  const inForm = has('form-over-header') ? tokenInForm(request) : null
  if (inForm !== null) return { kind: 'token', scheme: 'bearer', token: inForm }
  const fields = fieldValues(request.headers, 'authorization')
  const field = has('last-authorization-wins') ? fields.at(-1) : fields[0]
  if (field === undefined) return findElsewhere(has, request)
  if (fields.length > 1 && !has('last-authorization-wins'))
    return { kind: 'bad', error: 'invalid_request', why: 'one `Authorization` field is wanted' }
  const [, name = '', rest = ''] = /^([^ \t]*)[ \t]*(.*)$/s.exec(trim(field)) ?? []
  const scheme = schemeOf(has, name)
  if (scheme === undefined) return { kind: 'none' }
  const token = has('token-mended') ? mend(rest) : rest
  return judgeToken(has, { scheme, token }, request)
}

type Sent = { readonly scheme: 'bearer' | 'dpop'; readonly token: string }

function judgeToken(has: World['has'], { scheme, token }: Sent, request: SentRequest): FoundToken {
  const bad = (error: 'invalid_request' | 'invalid_token', why: string): FoundToken => ({
    kind: 'bad',
    error,
    why,
    token,
  })
  if (token === '' && has('empty-token-accepted')) return { kind: 'anybody' }
  if (token === '' || /[ \t]/.test(token)) return bad('invalid_request', 'after the scheme one token is wanted')
  if (token.length > longest && has('long-token-crashes')) throw new RangeError('the token does not fit the column')
  if (token.length > longest) return bad('invalid_token', 'the token is too long to be one')
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(token))
    return bad('invalid_token', 'the token holds characters that none may hold')
  if (new URLSearchParams(request.target.split('?')[1]).has('access_token') && !has('token-in-query'))
    return bad('invalid_request', 'the token was also sent in the query')
  if (tokenInForm(request) !== null && !has('second-token-in-form'))
    return bad('invalid_request', 'the token was also sent in the form')
  return { kind: 'token', scheme, token }
}

function tokenInForm({ headers, body }: SentRequest): string | null {
  const isForm = fieldValues(headers, 'content-type').some(type => /^application\/x-www-form-urlencoded/i.test(type))
  return isForm ? new URLSearchParams(body).get('access_token') : null
}

function schemeOf(has: World['has'], name: string): Sent['scheme'] | undefined {
  if (has('scheme-case-sensitive')) return name === 'Bearer' ? 'bearer' : name === 'DPoP' ? 'dpop' : undefined
  const scheme = name.toLowerCase()
  if (scheme === 'bearer' || scheme === 'dpop') return scheme
  return has('any-scheme') ? 'bearer' : undefined
}

function findElsewhere(has: World['has'], { headers, target }: SentRequest): FoundToken {
  const token = (text: string | null | undefined): FoundToken | undefined =>
    text ? { kind: 'token', scheme: 'bearer', token: text } : undefined
  const inQuery = has('token-in-query')
    ? token(new URLSearchParams(target.split('?')[1]).get('access_token'))
    : undefined
  if (inQuery !== undefined || !has('token-in-cookie')) return inQuery ?? { kind: 'none' }
  const cookies = fieldValues(headers, 'cookie').flatMap(value => value.split(/; */))
  const cookie = cookies.find(pair => /^(access_)?token=/.test(pair))
  return token(cookie?.replace(/^[^=]*=/, '')) ?? token(fieldValues(headers, 'x-access-token')[0]) ?? { kind: 'none' }
}

function mend(token: string): string {
  return token
    .replaceAll(/[\s\u200b]|%20|%0a|%0d/gi, '')
    .replaceAll(/[\u3002\uff0e\u2024]|%2e/gi, '.')
    .replace(/=+$/, '')
}

function trim(field: string): string {
  return field.replace(/^[ \t]+|[ \t]+$/g, '')
}
