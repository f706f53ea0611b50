// RFC 9728 §2, §3, §3.3, §5.1
import { isObject } from '../../call/resolve-schema.ts'
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget } from '../../target/target.ts'
import { readChallenges } from '../../wire/challenge.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { jsonOf, named } from './attempt.ts'
import { inconclusive, isAccepted, isJudgement, notApplicable } from './guarded-call.ts'
import { caseOnGuards } from './guarded-case.ts'

const wellKnown = '/.well-known/oauth-protected-resource'

const namingText: CaseText = {
  id: 'RS-ERR-05',
  title: 'whether a refusal says where the API describes itself',
  why: 'A client that meets the API for the first time learns from the 401 where to get a token. A description of another API would lead it to the wrong server.',
  remedy:
    'Name the document in `resource_metadata` of each 401, and let its `resource` be exactly the address that it is about.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 9728 §3.3', 'RFC 9728 §5.1'],
  tags: ['answers', 'metadata'],
}

const contentText: CaseText = {
  id: 'RS-ERR-06',
  title: 'what the API says of itself',
  why: 'Clients believe this document: a wrong server in it sends users to a stranger, and a wrong scope makes every request for a token fail.',
  remedy: 'Write it from the same configuration that the guard uses.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 9728 §2'],
  tags: ['answers', 'metadata'],
}

/** RS-ERR-05: the challenge names the metadata, which are about this resource. */
export const metadataNamed: TestCase = caseOnGuards(namingText, operation => [
  { run: context => tryNaming(context, operation) },
])

/** RS-ERR-06: the metadata hold what they should. */
export const metadataContent: TestCase = caseOnGuards(contentText, (operation, api) => [
  { run: context => tryContent(context, operation, api) },
])

type Found = {
  /** What the challenge of a 401 names. */
  readonly named: string | undefined
  /** Where the document was found. */
  readonly url: string
  readonly document: Readonly<Record<string, unknown>>
  readonly evidence: readonly Exchange[]
}

async function tryNaming(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const found = await findMetadata(context, operation)
  if (isJudgement(found)) return found
  const { evidence, document, url } = found
  if (found.named === undefined)
    return {
      verdict: 'warn',
      reason: `the API describes itself at \`${url}\`, but its 401 does not say so`,
      evidence,
      complaint: 'metadata not named',
    }
  const wanted = resourceOf(url)
  const said = document['resource']
  const fail = (reason: string): Judgement => ({
    verdict: 'fail',
    reason,
    evidence,
    complaint: 'metadata of another resource',
  })
  if (said !== wanted) return fail(`the document at \`${url}\` is about \`${String(said)}\`; \`${wanted}\` is wanted`)
  if (operation.resource !== undefined && said !== operation.resource)
    return fail(`the document is about \`${String(said)}\`, and tokens here are for \`${operation.resource}\``)
  return { verdict: 'pass', reason: 'the 401 names the document, and it is about this API', evidence }
}

/** The resource that a document must be about: its address without the well-known part. @spec RFC 9728 §3.1 */
function resourceOf(url: string): string {
  const { origin, pathname, search } = new URL(url)
  return `${origin}${pathname.replace(wellKnown, '')}${search}`
}

async function findMetadata(context: ProbeContext, operation: ApiOperation): Promise<Found | Judgement> {
  const call = context.call(operation)
  if (call === undefined) return inconclusive('the call cannot be made: a value that it needs is known to nobody')
  const refused = await context.send(call)
  if (refused.kind === 'failed')
    return inconclusive(`the call without a token got no answer: ${refused.detail}`, refused)
  const { challenges } = readChallenges(refused.response.headers)
  const said = challenges.flatMap(({ parameters }) => parameters.get('resource_metadata') ?? [])[0]
  const urls = said === undefined ? guesses(operation, call.origin) : [said]
  const tried: Exchange[] = [refused]
  for (const url of urls) {
    if (!URL.canParse(url)) return badUrl(url, refused)
    const { origin, pathname, search } = new URL(url)
    const exchange = await context.send({
      method: 'GET',
      origin,
      target: `${pathname}${search}`,
      headers: [['Accept', 'application/json']],
    })
    tried.push(exchange)
    const document = jsonOf(exchange)
    if (isAccepted(exchange) && isObject(document)) return { named: said, url, document, evidence: tried }
  }
  if (said === undefined) return notApplicable('the API publishes no description of itself by RFC 9728')
  return {
    verdict: 'fail',
    reason: `the 401 names \`${said}\`, and there is no such document`,
    evidence: tried,
    complaint: 'no metadata where they are named',
  }
}

function badUrl(url: string, exchange: Exchange): Judgement {
  return {
    verdict: 'fail',
    reason: `the 401 names \`${url}\`, which is no address`,
    evidence: [exchange],
    complaint: 'metadata not named',
  }
}

/** Where the document is where nobody names it. @spec RFC 9728 §3.1 */
function guesses({ resource }: ApiOperation, origin: string): readonly string[] {
  const path = resource === undefined || !URL.canParse(resource) ? '' : new URL(resource).pathname.replace(/\/$/, '')
  return [...new Set([`${origin}${wellKnown}${path}`, `${origin}${wellKnown}`])]
}

async function tryContent(context: ProbeContext, operation: ApiOperation, api: ApiTarget): Promise<Judgement> {
  const found = await findMetadata(context, operation)
  if (isJudgement(found))
    return found.verdict === 'fail' ? notApplicable('there is no document that could be read') : found
  const { document, evidence } = found
  const problem = problemOf(document, api) ?? (await problemOfServers(context, document))
  if (problem === undefined) return { verdict: 'pass', reason: 'the document says what it should', evidence }
  return { verdict: 'fail', reason: `the document ${problem}`, evidence, complaint: 'wrong metadata' }
}

/** What is wrong with the document, in words that follow `the document`. */
function problemOf(
  document: Readonly<Record<string, unknown>>,
  { catalogue, declaredScopes }: ApiTarget,
): string | undefined {
  const {
    resource,
    scopes_supported: scopes = [],
    authorization_servers: servers = [],
    bearer_methods_supported: methods = [],
  } = document
  if (typeof resource !== 'string' || !isSecure(resource)) return 'names no `resource` with https'
  if (!isTexts(servers) || servers.some(server => !isSecure(server)))
    return 'names an authorization server without https'
  if (!isTexts(scopes)) return 'has `scopes_supported` that are no list of texts'
  if (scopes.includes('offline_access')) return 'lists `offline_access`, which is no scope of an API'
  const unknown = scopes.filter(scope => !declaredScopes.has(scope) && catalogue.definition(scope) === undefined)
  if (unknown.length > 0) return `lists ${named(unknown)}, which the API does not know`
  if (!isTexts(methods) || methods.includes('query')) return 'says that tokens may be sent in the address'
  return undefined
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string')
}

/** Https, or this machine itself. */
function isSecure(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}

/** Only the server that the run knows is asked; nobody proved that others may be. */
async function problemOfServers(
  context: ProbeContext,
  document: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const { authorization_servers: servers } = document
  const issuer = context.target.server?.issuer
  if (!isTexts(servers) || issuer === undefined) return undefined
  if (servers.length > 0 && !servers.includes(issuer)) return `does not name \`${issuer}\`, from which its tokens come`
  return undefined
}
