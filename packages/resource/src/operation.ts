// RFC 6750 §3.1, RFC 9470 §3
import { type Catalogue, type Needs, printScope, type Requirement, requirementOf } from '@ambit/scope'
import { RecentValues } from './recent-values.ts'

/** How a user must have logged in. @spec RFC 9470 §3 */
export type LoginRequirement = {
  /** The authentication context classes that will do, the preferred first. */
  readonly acr?: string | readonly [string, ...string[]]
  /** How many seconds ago the user may have logged in. */
  readonly maxAge?: number
}

/** Scope alone: a login that is wanted stands beside `scope`, and would be passed over here. */
type ScopeAlone<Token extends string> = Needs<Token> & { readonly acr?: never; readonly maxAge?: never }

/**
 * What an operation wants: scope, or scope and a login.
 * @example
 * 'read_pets'
 * { scope: 'write_pets', maxAge: 300, acr: 'urn:shop:mfa' }
 */
export type Wanted<Token extends string = string> =
  | Token
  | ScopeAlone<Token>
  | (LoginRequirement & { readonly scope: Needs<Token> })

/** An operation as a guard decides it. */
export type Operation = {
  /** What logs and reports call it. */
  readonly name: string
  readonly requirement: Requirement
  /** Empty where any class will do. */
  readonly acr: readonly string[]
  readonly maxAge: number | undefined
}

/** Reads what operations want, and keeps what it read: an operation is the same at each request. */
export function operationReader<Token extends string>(
  catalogue: Catalogue<Token>,
): (wanted: Wanted<Token>) => Operation {
  const byText = new RecentValues<Operation>(1_024)
  const byObject = new WeakMap<object, Operation>()
  return wanted => {
    if (typeof wanted === 'string') return byText.get(wanted) ?? byText.set(wanted, readOperation(catalogue, wanted))
    const known = byObject.get(wanted)
    if (known !== undefined) return known
    const operation = readOperation(catalogue, wanted)
    byObject.set(wanted, operation)
    return operation
  }
}

function readOperation<Token extends string>(catalogue: Catalogue<Token>, wanted: Wanted<Token>): Operation {
  const isPlain = typeof wanted === 'string' || !('scope' in wanted)
  if (typeof wanted === 'object' && isPlain && ('acr' in wanted || 'maxAge' in wanted))
    throw new RangeError('`acr` and `maxAge` are wanted beside `scope`, not beside `anyOf` or `allOf`')
  const requirement = requirementOf(catalogue, isPlain ? wanted : wanted.scope)
  const { acr, maxAge }: LoginRequirement = isPlain ? {} : wanted
  if (acr?.length === 0) throw new RangeError('`acr` is empty; at least one class is wanted')
  const classes = typeof acr === 'string' ? [acr] : (acr ?? [])
  if (classes.some(value => !/^[!-~]+$/.test(value)))
    throw new RangeError('`acr` holds a value with spaces or other characters that no challenge can carry')
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0))
    throw new RangeError(`\`maxAge\` is ${maxAge}; whole seconds are wanted`)
  return { name: nameOf(requirement), requirement, acr: classes, maxAge }
}

function nameOf({ anyOf }: Requirement): string {
  return anyOf.map(printScope).join(' | ')
}
