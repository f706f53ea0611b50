// OpenID Authorization API 1.0 §5
/** An object of a message; members that nobody knows are ignored. @spec OpenID Authorization API 1.0 §10.1.1 */
export type JsonObject = Readonly<Record<string, unknown>>

/** A subject or a resource: its kind, its identifier within that kind, and what the caller tells of it. @spec OpenID Authorization API 1.0 §5.1, §5.2 */
export type AuthzenEntity = { readonly type: string; readonly id: string; readonly properties?: JsonObject }

/** What the subject wants to do; its parameters are the properties. @spec OpenID Authorization API 1.0 §5.3 */
export type AuthzenAction = { readonly name: string; readonly properties?: JsonObject }

/** One question: may this subject do this to this resource, in this environment? @spec OpenID Authorization API 1.0 §6.1 */
export type EvaluationRequest = {
  readonly subject: AuthzenEntity
  readonly action: AuthzenAction
  readonly resource: AuthzenEntity
  readonly context?: JsonObject
}

/** What a policy decision point answers to one question. @spec OpenID Authorization API 1.0 §5.5 */
export type EvaluationAnswer = { readonly decision: boolean; readonly context?: JsonObject }

/** How far several questions are decided. @spec OpenID Authorization API 1.0 §7.1.2.1 */
export const evaluationSemantics = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const

/** How far several questions are decided. */
export type EvaluationSemantic = (typeof evaluationSemantics)[number]

/** Several questions, and how far they are decided. @spec OpenID Authorization API 1.0 §7.1 */
export type EvaluationsRequest = {
  readonly evaluations: readonly EvaluationRequest[]
  readonly semantic: EvaluationSemantic
}

/** Where in a result set to go on, and how many results are wanted. @spec OpenID Authorization API 1.0 §8.2.1 */
export type PageRequest = { readonly token?: string; readonly limit?: number }

const rejected: unique symbol = Symbol('rejected')

/** A message that cannot be read, and words for who sent it; no JSON can look like one. */
export type Rejection = { readonly [rejected]: true; readonly message: string }

/** Rejects a message with a sentence that says where and why. */
export function reject(message: string): Rejection {
  return { [rejected]: true, message }
}

/** Whether reading ended in a rejection. */
export function isRejection(value: unknown): value is Rejection {
  return typeof value === 'object' && value !== null && rejected in value
}

/** Whether a JSON value is an object, and neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
