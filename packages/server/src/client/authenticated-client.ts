// RFC 6749 §2.3
import type { Brand } from '@ambit/protocol'
import type { ClientRecord } from '../ports/records.ts'

/** A client that proved who it is (or, a public one, that it is registered). Only `client/authenticate.ts` makes it. */
export type AuthenticatedClient = Brand<ClientRecord, 'AuthenticatedClient'>
