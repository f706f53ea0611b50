// Token Status List §8.1, §8.2, §8.4
import { type HttpHeaders, type HttpResponse, json, noStore, singleHeader } from '@ambit/protocol'
import type { Endpoint, Exchange, ServerContext } from '../context.ts'
import { countLists } from '../issue/status.ts'
import { type ServedList, servedList } from '../issue/status-list.ts'

const mediaType = 'application/statuslist+jwt'

/** The status lists, by number. Everybody may read them: they tell no token and no user. @spec Token Status List §8.1, §8.2, §8.4 */
export const statusListEndpoint: Endpoint = {
  path: '/status-lists/*',
  methods: ['GET'],
  isCrossOrigin: true,
  isMounted: ({ statusList }) => statusList !== undefined,
  async handle(context, exchange) {
    const { path, query, headers } = exchange.request
    const number = parseNumber(path)
    if (/(^|&)time=/.test(query)) return plain(501, 'not_implemented', 'lists of the past are not kept')
    if (!isAccepted(headers)) return plain(406, 'not_acceptable', `status lists are served as ${mediaType}`)
    if (number === undefined || number >= (await countLists(context)))
      return plain(404, 'not_found', 'there is no such status list')
    return answer(context, exchange, await servedList(context, number))
  },
}

/** It may be kept as long as it is good; the entity tag is that of this very making. @spec Token Status List §13.7, RFC 9110 §8.8.3, §13.1.2 */
function answer({ crypto, clock }: ServerContext, { request }: Exchange, { jws, expiresAt }: ServedList): HttpResponse {
  const etag = `"${crypto.hash(jws)}"`
  const caching = { 'cache-control': `public, max-age=${expiresAt - clock.now()}`, etag, vary: 'Accept' }
  const known = singleHeader(request.headers, 'if-none-match')
    ?.split(',')
    .map(each => each.trim().replace(/^W\//, ''))
  if (known?.includes(etag)) return { status: 304, headers: caching, body: '' }
  return {
    status: 200,
    headers: { 'content-type': mediaType, 'x-content-type-options': 'nosniff', ...caching },
    body: jws,
  }
}

function parseNumber(path: string): number | undefined {
  const [, digits] = /\/(0|[1-9]\d{0,9})$/.exec(path) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** @spec RFC 9110 §12.5.1 */
function isAccepted(headers: HttpHeaders): boolean {
  const accept = singleHeader(headers, 'accept')
  if (accept === undefined) return true
  const ranges = accept
    .toLowerCase()
    .split(',')
    .map(range => range.split(';').map(part => part.trim()))
  return ranges.some(([type = '', ...rest]) => [mediaType, 'application/*', '*/*'].includes(type) && !rest.some(isZero))
}

function isZero(parameter: string): boolean {
  return /^q=0(\.0*)?$/.test(parameter)
}

function plain(status: number, error: string, description: string): HttpResponse {
  return json(status, { error, error_description: description }, { ...noStore, vary: 'Accept' })
}
