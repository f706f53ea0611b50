// RFC 9449 §4.3, §8, §11.1
import { type Seconds, type SigningAlgorithm, seconds, signingAlgorithms } from '@ambit/protocol'
import type { OptionsProblem } from '../../options-error.ts'

/** How the server takes in proofs of possession. */
export type DpopOptions = {
  /**
   * Whether each proof must hold a nonce of the server's, so that none can be made in advance; `never` where it is left out.
   * @spec RFC 9449 §8, §11.2
   */
  readonly nonce?: 'never' | 'always'
  /** How old a proof may be, in seconds: 60 where it is left out, 300 at the most. @spec RFC 9449 §11.1 */
  readonly proofMaxAge?: number
  /** How far a proof may be ahead of our clock, in seconds: 15 where it is left out. @spec RFC 9449 §11.1 */
  readonly clockSkew?: number
  /** The signature algorithms of proofs that count; all of this house where it is left out. @spec RFC 9449 §5.1 */
  readonly algorithms?: readonly SigningAlgorithm[]
  /** Issues no token to any client that is not bound to a key. */
  readonly required?: boolean
}

/** The options with all defaults filled in. */
export type DpopRules = {
  readonly nonce: NonNullable<DpopOptions['nonce']>
  readonly maxAge: Seconds
  readonly clockSkew: Seconds
  readonly algorithms: readonly SigningAlgorithm[]
  readonly isRequired: boolean
}

const greatestAge = 300

/** Fills in the defaults. */
export function dpopRules(options: DpopOptions): DpopRules {
  const {
    nonce = 'never',
    proofMaxAge = 60,
    clockSkew = 15,
    algorithms = signingAlgorithms,
    required = false,
  } = options
  return { nonce, maxAge: seconds(proofMaxAge), clockSkew: seconds(clockSkew), algorithms, isRequired: required }
}

/** What makes no sense among the options; they may come from a file, so that types have not seen them. */
export function findRuleProblems({ nonce, maxAge, clockSkew, algorithms }: DpopRules): readonly OptionsProblem[] {
  const problems: OptionsProblem[] = []
  const report = (path: string, message: string) => void problems.push({ path: `dpop.${path}`, message })
  if (nonce !== 'never' && nonce !== 'always') report('nonce', '`never` or `always` is wanted')
  if (!(maxAge >= 1 && maxAge <= greatestAge)) report('proofMaxAge', `1 to ${greatestAge} seconds are wanted`)
  if (!(clockSkew >= 0 && clockSkew <= maxAge)) report('clockSkew', '0 to `proofMaxAge` seconds are wanted')
  if (algorithms.length === 0 || !algorithms.every(each => signingAlgorithms.includes(each)))
    report('algorithms', `at least one of ${signingAlgorithms.join(', ')} is wanted`)
  return problems
}
