// RFC 6749 §2.3
import type { HttpRequest, Parameters, Refusal } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../../context.ts'
import type { ClientId } from '../../ports/ids.ts'
import type { ClientAuthenticationMethod, ClientRecord } from '../../ports/records.ts'

/** Who a request says it comes from, and what shall prove it. */
export type ClientCredentials = { readonly clientId: string; readonly proof: string }

/** A way for a client to prove who it is: one file, one line in the list. */
export type ClientAuthentication = {
  readonly method: ClientAuthenticationMethod
  /** The request may carry what this method reads without using it: it counts only where the client is registered for it. */
  readonly isImplied?: boolean
  /** By which its assertions may be signed. @spec RFC 8414 §2 */
  readonly algorithms?: readonly string[]
  /** What is kept of a secret that was made for a client of this method, beside its hash. */
  readonly keepSecret?: (clientId: ClientId, secret: string) => Pick<ClientRecord, 'sealedSecret'>
  /** What the request presents by this method; `undefined` when it does not use it. */
  readonly present: (
    request: HttpRequest,
    form: Parameters,
  ) => ClientCredentials | Refusal<'invalid_client' | 'invalid_request'> | undefined
  /** A refusal where the proof does not prove the client; asked with the same work where there is no such client. */
  readonly verify: (context: ServerContext, question: ProofQuestion) => Promise<Refusal<'invalid_client'> | undefined>
}

/** A proof, and the client that it shall prove, where that is registered. */
export type ProofQuestion = {
  readonly client: ClientRecord | undefined
  readonly proof: string
  readonly exchange: Exchange
}

/** What the public is told of any authentication that failed: not what about it was wrong. */
export const failedAuthentication = 'client authentication failed'
