// OpenID Authorization API 1.0 §8
import { type DecisionPoint, evaluate } from './decision-point.ts'
import {
  type AuthzenEntity,
  type EvaluationRequest,
  isRejection,
  type JsonObject,
  type PageRequest,
  type Rejection,
  reject,
} from './entities.ts'
import { pageToken, readPageToken } from './page-token.ts'
import { parseAction, parseEntity, parseEntityType, parseObject, parsePage } from './parse-request.ts'

/** A page of results. @spec OpenID Authorization API 1.0 §8.3 */
export type SearchAnswer = {
  readonly page: { readonly next_token: string; readonly count: number }
  readonly results: readonly JsonObject[]
}

/** What is found and asked about, one after the other, and how it is shown. */
type Candidate = { readonly request: EvaluationRequest; readonly result: JsonObject }
type Search = { readonly message: JsonObject; readonly requestId?: string }
type Candidates = Iterable<Candidate> | AsyncIterable<Candidate>

/** Finds the subjects of a type that may do something. @spec OpenID Authorization API 1.0 §8.4 */
export async function searchSubjects(point: DecisionPoint, search: Search): Promise<SearchAnswer | Rejection> {
  const { message } = search
  const wanted = parseEntityType(message['subject'], 'subject')
  if (isRejection(wanted)) return wanted
  const action = parseAction(message['action'], 'action')
  if (isRejection(action)) return action
  const resource = parseEntity(message['resource'], 'resource')
  if (isRejection(resource)) return resource
  const context = parseObject(message['context'], 'context')
  if (isRejection(context)) return context
  const all = entitiesOf(point.subjects?.(wanted.type) ?? [], wanted.type)
  return find(
    point,
    search,
    map(all, subject => ({
      request: { subject, action, resource, ...(context && { context }) },
      result: nameOf(subject),
    })),
  )
}

/** Finds the resources of a type to which a subject may do something. @spec OpenID Authorization API 1.0 §8.5 */
export async function searchResources(point: DecisionPoint, search: Search): Promise<SearchAnswer | Rejection> {
  const { message } = search
  const subject = parseEntity(message['subject'], 'subject')
  if (isRejection(subject)) return subject
  const action = parseAction(message['action'], 'action')
  if (isRejection(action)) return action
  const wanted = parseEntityType(message['resource'], 'resource')
  if (isRejection(wanted)) return wanted
  const context = parseObject(message['context'], 'context')
  if (isRejection(context)) return context
  const all = entitiesOf(point.resources?.(wanted.type) ?? [], wanted.type)
  return find(
    point,
    search,
    map(all, resource => ({
      request: { subject, action, resource, ...(context && { context }) },
      result: nameOf(resource),
    })),
  )
}

/**
 * Finds what a subject may do to a resource without any parameter; an action whose conditions read some is found only by
 * asking with them.
 * @spec OpenID Authorization API 1.0 §8.6
 */
export async function searchActions(point: DecisionPoint, search: Search): Promise<SearchAnswer | Rejection> {
  const { message } = search
  const subject = parseEntity(message['subject'], 'subject')
  if (isRejection(subject)) return subject
  const resource = parseEntity(message['resource'], 'resource')
  if (isRejection(resource)) return resource
  const context = parseObject(message['context'], 'context')
  if (isRejection(context)) return context
  const actions = [...point.policy.model.actions.values()].filter(action => action.resource === resource.type)
  const candidates = actions.map(({ name }) => ({
    request: { subject, action: { name }, resource, ...(context && { context }) },
    result: { name },
  }))
  return find(point, search, candidates)
}

/** Decides candidates until a page is full or enough were decided; the next page goes on behind the last one. */
async function find(
  point: DecisionPoint,
  { message, requestId }: Search,
  candidates: Candidates,
): Promise<SearchAnswer | Rejection> {
  const asked = parsePage(message['page'])
  if (isRejection(asked)) return asked
  const start = await startOf(asked, message)
  if (isRejection(start)) return start
  const size = Math.min(start.limit ?? point.limits.page, point.limits.page)
  const results: JsonObject[] = []
  let place = 0
  let hasMore = false
  for await (const { request, result } of candidates) {
    hasMore = place >= start.place && (results.length >= size || place >= start.place + point.limits.candidates)
    if (hasMore) break
    if (place >= start.place && (await evaluate(point, request, requestId)).decision) results.push(result)
    place += 1
  }
  const next = hasMore ? await pageToken({ place, ...limitOf(start) }, message) : ''
  return { page: { next_token: next, count: results.length }, results }
}

async function startOf({ token, limit }: PageRequest, message: JsonObject): Promise<Start | Rejection> {
  if (token === undefined || token === '') return { place: 0, ...limitOf({ limit }) }
  const start = await readPageToken(token, message)
  if (start === undefined) return reject('`page.token`: it is not of this search')
  if (limit !== undefined && limit !== start.limit) return reject('`page.limit`: it changed from one page to the next')
  return start
}

type Start = { readonly place: number; readonly limit?: number }

function limitOf({ limit }: { readonly limit?: number | undefined }): { readonly limit?: number } {
  return limit === undefined ? {} : { limit }
}

async function* entitiesOf(
  all: Iterable<AuthzenEntity> | AsyncIterable<AuthzenEntity>,
  type: string,
): AsyncIterable<AuthzenEntity> {
  for await (const each of all) if (each.type === type) yield each
}

async function* map(
  entities: AsyncIterable<AuthzenEntity>,
  candidateOf: (entity: AuthzenEntity) => Candidate,
): AsyncIterable<Candidate> {
  for await (const each of entities) yield candidateOf(each)
}

function nameOf({ type, id }: AuthzenEntity): JsonObject {
  return { type, id }
}
