// RFC 6750 §3.1, RFC 9470 §3
import { type ErrorCodeAt, type HttpResponse, type Refusal, refuse } from '@ambit/protocol'
import { type Catalogue, meets, nearestAlternative, printScope, type ScopeSet } from '@ambit/scope'
import type { Access } from './access.ts'
import { type Authenticate, authenticator, type NotAuthenticated } from './authenticate.ts'
import { certificateFinder } from './certificate-source.ts'
import { dpopRules } from './dpop-options.ts'
import { proofChecker } from './dpop-proof.ts'
import type { TokenScheme } from './find-token.ts'
import { type GuardEvent, senderOf } from './guard-event.ts'
import type { GuardFrame } from './guard-options.ts'
import type { Operation } from './operation.ts'
import { type Clock, systemClock } from './platform.ts'
import { type MetadataDocument, metadataDocument } from './protected-resource-metadata.ts'
import {
  askForToken,
  type ChallengeFrame,
  type Told,
  tellRefusal,
  tellUnavailable,
  type WantedScope,
} from './refusal-response.ts'
import { verifierOf } from './trusted-issuers.ts'
import { usedScope } from './used-scope.ts'

/** How a guard decided. `reason` is for the operator's log, `response` for the client. */
export type Guarded = Allowed | Refused

/** The request may go on. */
export type Allowed = {
  readonly kind: 'allowed'
  readonly access: Access
  /** Header fields that the answer to the request should carry, such as the next nonce. @spec RFC 9449 §8.2 */
  readonly headers: Readonly<Record<string, string>>
}

/** The request is answered already. */
export type Refused = { readonly kind: 'refused'; readonly response: HttpResponse; readonly reason: string }

/** What a guard is built from, whatever decides in it. */
export type GuardParts = {
  readonly catalogue: Catalogue
  readonly frame: GuardFrame
  /** The types of authorization details that operations read. @spec RFC 9396 §2 */
  readonly detailTypes: readonly string[]
}

type Refusing = {
  readonly refusal: Refusal<ErrorCodeAt<'resource'>>
  readonly scheme: TokenScheme
  readonly access?: Access
  readonly explain?: GuardEvent['explain'] | undefined
} & Pick<Told, 'login' | 'nonce'>

type Answering = Omit<Refused, 'kind'> & {
  readonly access?: Access
  readonly explain?: GuardEvent['explain'] | undefined
}

const noHeaders = {}

/** Authenticates requests and words the answers of a guard; what an operation demands is decided elsewhere. */
export class GuardCore {
  readonly catalogue: Catalogue
  readonly clock: Clock
  readonly metadata: MetadataDocument | undefined
  readonly authenticate: Authenticate
  readonly #observe: GuardFrame['observe']
  readonly #challenges: ChallengeFrame

  /** @throws {RangeError} for options that make no sense */
  constructor({ catalogue, frame, detailTypes }: GuardParts) {
    const { issuers, resource, clock = systemClock, clientCertificate, metadata, realm = resource } = frame
    const dpop = frame.dpop === undefined ? undefined : dpopRules(frame.dpop, { resource, clock })
    const schemes = schemesOf(dpop)
    this.catalogue = catalogue
    this.clock = clock
    this.#observe = frame.observe
    this.authenticate = authenticator({
      schemes,
      issuers,
      catalogue,
      resource,
      isKeyRequired: dpop?.isRequired ?? false,
      verify: verifierOf(issuers, resource, frame.verification),
      findCertificate: certificateFinder(clientCertificate ?? 'tls'),
      ...(dpop && { proveKey: proofChecker(dpop) }),
    })
    const names = issuers.map(({ issuer }) => issuer)
    if (names.some(name => /\s/.test(name))) throw new RangeError('an issuer identifier holds a space; a URL is wanted')
    const facts = {
      resource,
      issuers: names,
      catalogue,
      detailTypes,
      takesCertificates: clientCertificate !== undefined,
    }
    this.metadata = metadata && metadataDocument({ ...facts, ...(dpop && { dpop }) }, metadata)
    const offered = dpop?.isRequired === true ? (['DPoP'] as const) : schemes
    const proofAlgorithms = dpop?.algorithms ?? []
    this.#challenges = { realm, schemes: offered, proofAlgorithms, metadataUrl: this.metadata?.url }
  }

  /** Answers a request without a good token. */
  turnAway(operation: Operation, found: NotAuthenticated): Refused {
    if (found.kind === 'rejected') return this.#tell(operation, found)
    if (found.kind === 'unavailable')
      return this.answer(operation, { response: tellUnavailable(), reason: found.reason })
    const response = askForToken(this.#challenges, this.#nearest(operation))
    return this.answer(operation, { response, reason: 'no access token was sent in the `Authorization` field' })
  }

  /**
   * Refuses where the scope does not cover the requirement.
   * @errors insufficient_scope
   */
  judgeScope(operation: Operation, access: Access): Refused | undefined {
    if (meets(this.catalogue, access.scope, operation.requirement)) return undefined
    const { missing } = nearestAlternative(this.catalogue, access.scope, operation.requirement)
    const refusal = refuse('insufficient_scope', `the access token lacks the scope \`${printScope(missing)}\``)
    return this.#tell(operation, { refusal, scheme: schemeOf(access), access })
  }

  /**
   * Asks for another login.
   * @errors insufficient_user_authentication
   * @spec RFC 9470 §3
   */
  askForLogin(operation: Operation, access: Access, reason: string, explain?: GuardEvent['explain']): Refused {
    const words = 'a more recent or a stronger login of the user is wanted'
    const refusal = refuse('insufficient_user_authentication', words, reason)
    return this.#tell(operation, { refusal, scheme: schemeOf(access), access, login: operation, explain })
  }

  /** Gives an answer that asks for no token. */
  answer(operation: Operation, { response, reason, access, explain }: Answering): Refused {
    const event = {
      kind: 'refused',
      status: response.status,
      reason,
      usedScope: [],
      ...(explain && { explain }),
    } as const
    this.#emit(operation, event, access)
    return { kind: 'refused', response, reason }
  }

  /** Lets a request go on. */
  allow(operation: Operation, access: Access, nextNonce?: string): Allowed {
    if (this.#observe !== undefined) {
      const used = usedScope(this.catalogue, access.scope, operation.requirement)
      this.#emit(operation, { kind: 'allowed', usedScope: used }, access)
    }
    return { kind: 'allowed', access, headers: nextNonce === undefined ? noHeaders : { 'dpop-nonce': nextNonce } }
  }

  #tell(operation: Operation, { access, explain, ...refusing }: Refusing): Refused {
    const response = tellRefusal(this.#challenges, { ...refusing, scope: this.#nearest(operation, access?.scope) })
    const { error, reason } = refusing.refusal
    const told = { status: response.status, error, reason, ...(explain && { explain }) }
    this.#emit(operation, { kind: 'refused', usedScope: [], ...told }, access)
    return { kind: 'refused', response, reason }
  }

  #nearest({ requirement }: Operation, held: ScopeSet = this.catalogue.empty): WantedScope {
    const { scope, missing } = nearestAlternative(this.catalogue, held, requirement)
    return { needed: scope, missing }
  }

  #emit(operation: Operation, event: Omit<GuardEvent, 'operation' | 'at'>, access: Access | undefined): void {
    this.#observe?.({ ...event, operation: operation.name, at: this.clock.now(), ...senderOf(access) })
  }
}

function schemesOf(dpop: object | undefined): readonly [TokenScheme, ...TokenScheme[]] {
  return dpop === undefined ? ['Bearer'] : ['Bearer', 'DPoP']
}

/** A token that is bound to a key came with a proof, or it would not be here. */
function schemeOf({ claims: { cnf } }: Access): TokenScheme {
  return typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? 'DPoP' : 'Bearer'
}
