import type { Target } from '../target/target.ts'
import type { SentRequest } from '../wire/exchange.ts'
import { createOperationMatch } from './match-operation.ts'
import { createHostRule } from './own-host.ts'

/** Thrown where a request must not leave the machine. It ends the probe, whose result is inconclusive with this reason. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
}

/** Says why a request must not be sent; `undefined` where it may. */
export type SendingRule = (request: SentRequest) => string | undefined

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'])

/** The rules of a run: only to hosts that may be tested, and nothing that changes something where writing is not allowed. */
export function createSendingRule(target: Target, provenHosts: ReadonlySet<string>): SendingRule {
  const hostRule = createHostRule(target, provenHosts)
  const writeRule = target.mayWrite ? undefined : createWriteRule(target)
  return request => hostRule(request.origin) ?? writeRule?.(request)
}

/**
 * Below the API's paths, what is not safe by its method is not sent unless the operation is known to change nothing. Where the
 * API stands alone at its origin, that is the whole origin.
 */
function createWriteRule({ api, server }: Target): SendingRule | undefined {
  if (api === undefined) return undefined
  const match = createOperationMatch(api)
  const isShared = server !== undefined && URL.parse(server.issuer)?.origin === api.origin
  const prefixes = [...api.operations.map(({ path }) => path), ...api.resources.map(({ path }) => path)].map(staticPart)
  const isOfApi = (path: string) => !isShared || prefixes.some(prefix => path.startsWith(prefix))
  return request => {
    const { method, origin, target } = request
    if (origin !== api.origin && origin !== api.plainOrigin) return undefined
    if (safeMethods.has(method.toUpperCase()) || !isOfApi(plainPath(target))) return undefined
    if (match({ ...request, origin: api.origin })?.isWrite === false) return undefined
    return `\`${method}\` was not sent: it may change something, and writing was not allowed`
  }
}

/** The part of a template in front of its first variable. */
function staticPart(path: string): string {
  return path.replace(/\{.*$/s, '').toLowerCase()
}

/** A request target as a careless server may read it: decoded, without doubled slashes and dots. */
function plainPath(target: string): string {
  const path = target.replace(/[?#].*$/s, '').replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => {
    return String.fromCharCode(Number.parseInt(hex, 16))
  })
  const kept: string[] = []
  for (const segment of path.split(/[/\\]+/)) {
    if (segment.replace(/;.*$/s, '') === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  return `/${kept.join('/')}`.toLowerCase()
}
