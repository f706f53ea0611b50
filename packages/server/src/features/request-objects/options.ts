// RFC 9101 §10.5
import { isSigningAlgorithm, type Seconds, type SigningAlgorithm, seconds, signingAlgorithms } from '@ambit/protocol'
import type { OptionsProblem } from '../../options-error.ts'

/** Which request objects are read. */
export type RequestObjectsOptions = {
  /** Whether every authorization request must be one, of whatever client. @spec RFC 9101 §10.5 */
  readonly required?: boolean
  /** By which they may be signed; all that the house knows when absent. */
  readonly algorithms?: readonly SigningAlgorithm[]
  /** How long one may be good at the most, from `nbf` or from now; an hour when absent. */
  readonly lifetime?: Seconds
  /** Whether `nbf` must be there. @spec FAPI 2.0 Message Signing */
  readonly requireNotBefore?: boolean
  /** Whether each is good once: `jti` must be there and is remembered. */
  readonly singleUse?: boolean
  /** Whether they may stand at addresses that their clients have registered; then `outbound` is needed. @spec RFC 9101 §5.2 */
  readonly references?: boolean
  /** Whether they may be encrypted to the server; then a feature that decrypts is needed. @spec RFC 9101 §6.1 */
  readonly encrypted?: boolean
}

/** The options with all that was left out. */
export type RequestObjectsSettings = Required<RequestObjectsOptions>

/** Fills in what was left out. */
export function withDefaults(options: RequestObjectsOptions): RequestObjectsSettings {
  return {
    required: false,
    algorithms: signingAlgorithms,
    lifetime: seconds(3600),
    requireNotBefore: false,
    singleUse: false,
    references: false,
    encrypted: false,
    ...options,
  }
}

/** What is wrong with the options by themselves. */
export function findSettingsProblems({ algorithms, lifetime }: RequestObjectsSettings): readonly OptionsProblem[] {
  const isGoodList = algorithms.length > 0 && algorithms.every(isSigningAlgorithm)
  const list = `a list of ${signingAlgorithms.join(', ')} is wanted`
  return [
    ...(isGoodList ? [] : [{ path: 'features.requestObjects.algorithms', message: list }]),
    ...(lifetime >= 1 ? [] : [{ path: 'features.requestObjects.lifetime', message: 'at least 1 second is wanted' }]),
  ]
}
