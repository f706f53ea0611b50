import type { OpenApiProblem } from '@ambit/policy'
import type { Catalogue } from '@ambit/scope'
import type { Place } from '../../target/api-operation.ts'
import type { ApiTarget } from '../../target/target.ts'
import type { HeaderField } from '../../wire/exchange.ts'
import type { OperationSettings } from './operation-settings.ts'

/** What a document does not say, or what shall count instead. */
export type ReadApiOptions = OperationSettings & {
  /** The document's file for messages and reports; needed where there is no locator. */
  readonly file?: string
  /** Finds where a JSON pointer of the document stands in its text. */
  readonly locate?: (pointer: string) => Place
  /** What went wrong when the document was loaded. */
  readonly loading?: readonly OpenApiProblem[]
  /** Where the document was read, for servers that are relative to it. */
  readonly documentUrl?: string
  /** Where operations are called, instead of the document's servers. */
  readonly baseUrl?: string
  readonly resources?: ApiTarget['resources']
  readonly headers?: readonly HeaderField[]
  /** Security schemes beside tokens that calls satisfy; API keys among `headers` are known to be so. */
  readonly checkedByApi?: readonly string[]
  /** Which scope covers which; the document alone can only list them. */
  readonly catalogue?: Catalogue
  readonly revocationWindow?: number
  readonly otherResource?: string
  readonly plainOrigin?: string
  readonly olderPaths?: readonly string[]
}
