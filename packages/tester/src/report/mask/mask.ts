import type { Secret } from '../../secret/secret.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import { type Exchange, fieldValue, type HeaderField, type SendFailure } from '../../wire/exchange.ts'
import { hideBody } from './hide-body.ts'
import { hideHeaders, hideUrl } from './hide-headers.ts'
import { createHiding, type Hiding, hideText } from './hide-text.ts'
import { responseView, unknownSchema, viewOf } from './schema-kinds.ts'
import { type ShownToken, tokensIn } from './shown-token.ts'

/** One request and what came of it, fit to be read by anybody. */
export type MaskedExchange = {
  readonly sentAt: number
  readonly duration: number
  readonly method: string
  readonly origin: string
  readonly target: string
  readonly headers: readonly HeaderField[]
  readonly body?: string
  readonly tokens: readonly ShownToken[]
  readonly outcome:
    | {
        readonly kind: 'answered'
        readonly status: number
        readonly headers: readonly HeaderField[]
        readonly body: string
        readonly isCut: boolean
      }
    | { readonly kind: 'failed'; readonly failure: SendFailure; readonly detail: string }
}

/** Makes things fit to be read by anybody; the same secret has the same label wherever it stands. */
export type Mask = {
  readonly text: (text: string) => string
  readonly exchange: (exchange: Exchange, operation?: string) => MaskedExchange
  /** Secrets that cannot be told from ordinary text; they are hidden only where they are a whole value. */
  readonly unsearchable: readonly Secret[]
}

/** What masking must know of a run. */
export type MaskOptions = {
  /** Everything that the ledger remembers. */
  readonly secrets: readonly Secret[]
  /** Whose schemas say what is a password or personal. */
  readonly operations?: readonly ApiOperation[]
  /** Names of members, parameters and headers that hide their value, beside the usual ones. */
  readonly extraNames?: readonly string[]
  /** Hosts of the target; their addresses are no personal data. */
  readonly hosts?: readonly string[]
}

/** Prepares masking for one run. */
export function createMask({ secrets, operations = [], extraNames = [], hosts = [] }: MaskOptions): Mask {
  const hiding = createHiding({ secrets, extraNames, hosts })
  const byKey = new Map(operations.map(operation => [operation.key, operation]))
  const known = new WeakMap<Exchange, MaskedExchange>()
  return {
    text: text => hideText(text, hiding),
    exchange: (exchange, operation) => {
      const before = known.get(exchange)
      if (before !== undefined) return before
      const made = maskExchange(exchange, operation === undefined ? undefined : byKey.get(operation), hiding)
      known.set(exchange, made)
      return made
    },
    unsearchable: hiding.finder.unsearchable,
  }
}

function maskExchange(exchange: Exchange, operation: ApiOperation | undefined, hiding: Hiding): MaskedExchange {
  const { request, sentAt, duration } = exchange
  const { method, origin, target, headers, body } = request
  const view = operation?.body === undefined ? unknownSchema : viewOf(operation.body.schema)
  const mediaType = fieldValue(headers, 'content-type')
  return {
    sentAt,
    duration,
    method,
    origin,
    target: hideUrl(target, hiding),
    headers: hideHeaders(headers, hiding),
    ...(body === undefined ? {} : { body: hideBody({ text: body, mediaType, view }, hiding) }),
    tokens: tokensIn(headers, hiding),
    outcome: maskOutcome(exchange, operation, hiding),
  }
}

function maskOutcome(
  exchange: Exchange,
  operation: ApiOperation | undefined,
  hiding: Hiding,
): MaskedExchange['outcome'] {
  if (exchange.kind === 'failed')
    return { kind: 'failed', failure: exchange.failure, detail: hideText(exchange.detail, hiding) }
  const { status, headers, body, isCut } = exchange.response
  const view = operation === undefined ? unknownSchema : responseView(operation.responses, status)
  const mediaType = fieldValue(headers, 'content-type')
  return {
    kind: 'answered',
    status,
    headers: hideHeaders(headers, hiding),
    body: hideBody({ text: body, mediaType, view }, hiding),
    isCut,
  }
}
