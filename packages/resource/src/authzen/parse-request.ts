// OpenID Authorization API 1.0 §6.1, §7.1, §8.2.1
import {
  type AuthzenAction,
  type AuthzenEntity,
  type EvaluationRequest,
  type EvaluationSemantic,
  type EvaluationsRequest,
  evaluationSemantics,
  isJsonObject,
  isRejection,
  type JsonObject,
  type PageRequest,
  type Rejection,
  reject,
} from './entities.ts'

/** A subject or a resource of which only the kind is told: the others are looked for. */
export type EntityType = { readonly type: string }

/** Reads one question. @spec OpenID Authorization API 1.0 §6.1 */
export function parseEvaluation(message: JsonObject, at = ''): EvaluationRequest | Rejection {
  const subject = parseEntity(message['subject'], `${at}subject`)
  if (isRejection(subject)) return subject
  const action = parseAction(message['action'], `${at}action`)
  if (isRejection(action)) return action
  const resource = parseEntity(message['resource'], `${at}resource`)
  if (isRejection(resource)) return resource
  const context = parseObject(message['context'], `${at}context`)
  if (isRejection(context)) return context
  return { subject, action, resource, ...(context && { context }) }
}

/**
 * Reads several questions, each laid over the defaults of the message; `undefined` where it asks one alone.
 * @spec OpenID Authorization API 1.0 §7.1.1
 * @param most how many questions one message may ask
 */
export function parseEvaluations(message: JsonObject, most: number): EvaluationsRequest | Rejection | undefined {
  const { evaluations = [] } = message
  if (!Array.isArray(evaluations)) return reject('`evaluations`: an array is wanted')
  if (evaluations.length === 0) return undefined
  if (evaluations.length > most) return reject(`\`evaluations\`: at most ${most} are answered at once`)
  const semantic = parseSemantic(message['options'])
  if (typeof semantic !== 'string') return semantic
  const { subject, action, resource, context } = message
  const read: EvaluationRequest[] = []
  for (const [index, each] of evaluations.entries()) {
    const at = `evaluations[${index}]`
    if (!isJsonObject(each)) return reject(`\`${at}\`: an object is wanted`)
    const request = parseEvaluation({ subject, action, resource, context, ...each }, `${at}.`)
    if (isRejection(request)) return request
    read.push(request)
  }
  return { evaluations: read, semantic }
}

/** Reads a subject or a resource. @spec OpenID Authorization API 1.0 §5.1 */
export function parseEntity(value: unknown, at: string): AuthzenEntity | Rejection {
  if (!isJsonObject(value)) return reject(`\`${at}\`: an object with \`type\` and \`id\` is wanted`)
  const { type, id } = value
  if (typeof type !== 'string') return reject(`\`${at}.type\`: a text is wanted`)
  if (typeof id !== 'string') return reject(`\`${at}.id\`: a text is wanted`)
  const properties = parseObject(value['properties'], `${at}.properties`)
  return isRejection(properties) ? properties : { type, id, ...(properties && { properties }) }
}

/** Reads the kind of what is looked for; an identifier beside it is ignored. @spec OpenID Authorization API 1.0 §8.4.1 */
export function parseEntityType(value: unknown, at: string): EntityType | Rejection {
  if (!isJsonObject(value) || typeof value['type'] !== 'string')
    return reject(`\`${at}\`: an object with a text as \`type\` is wanted`)
  return { type: value['type'] }
}

/** Reads an action. @spec OpenID Authorization API 1.0 §5.3 */
export function parseAction(value: unknown, at: string): AuthzenAction | Rejection {
  if (!isJsonObject(value)) return reject(`\`${at}\`: an object with \`name\` is wanted`)
  const { name } = value
  if (typeof name !== 'string') return reject(`\`${at}.name\`: a text is wanted`)
  const properties = parseObject(value['properties'], `${at}.properties`)
  return isRejection(properties) ? properties : { name, ...(properties && { properties }) }
}

/** Reads an optional object. @spec OpenID Authorization API 1.0 §5.4 */
export function parseObject(value: unknown, at: string): JsonObject | undefined | Rejection {
  if (value !== undefined && !isJsonObject(value)) return reject(`\`${at}\`: an object is wanted`)
  return value
}

/** Reads which page is wanted. @spec OpenID Authorization API 1.0 §8.2.1 */
export function parsePage(value: unknown): PageRequest | Rejection {
  if (value === undefined) return {}
  if (!isJsonObject(value)) return reject('`page`: an object is wanted')
  const { token, limit } = value
  if (token !== undefined && typeof token !== 'string') return reject('`page.token`: a text is wanted')
  if (limit !== undefined && !isCount(limit)) return reject('`page.limit`: a whole number from 0 is wanted')
  return { ...(token !== undefined && { token }), ...(limit !== undefined && { limit }) }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function parseSemantic(options: unknown): EvaluationSemantic | Rejection {
  if (options === undefined) return 'execute_all'
  if (!isJsonObject(options)) return reject('`options`: an object is wanted')
  const { evaluations_semantic: semantic = 'execute_all' } = options
  const known = evaluationSemantics.find(each => each === semantic)
  return known ?? reject(`\`options.evaluations_semantic\`: one of ${evaluationSemantics.join(', ')} is wanted`)
}
