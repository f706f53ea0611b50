import type { ClientId, FamilyId, RequestId, UserId } from './ids.ts'

/** Everything that the server tells of itself; logs, metrics and audit read this one stream. Never holds a secret. */
export type ServerEvent =
  | {
      readonly kind: 'token.issued'
      readonly requestId: RequestId
      readonly clientId: ClientId
      readonly userId?: UserId
      readonly grantType: string
      readonly scope: string
      readonly refused: number
    }
  | {
      readonly kind: 'request.refused'
      readonly requestId: RequestId
      readonly place: string
      readonly error: string
      readonly reason: string
      readonly clientId?: string
    }
  | {
      readonly kind: 'replay.detected'
      readonly requestId: RequestId
      readonly of: 'code' | 'refresh_token' | 'client_assertion' | 'assertion'
      readonly clientId: ClientId
      readonly familyId?: FamilyId
    }
  | {
      readonly kind: 'refresh.repeated'
      readonly requestId: RequestId
      readonly clientId: ClientId
      readonly familyId: FamilyId
    }
  | {
      readonly kind: 'token.revoked'
      readonly requestId: RequestId
      readonly clientId: ClientId
      readonly of: 'access_token' | 'refresh_token'
    }
  | { readonly kind: 'login.succeeded'; readonly requestId: RequestId; readonly userId: UserId }
  | { readonly kind: 'login.raised'; readonly requestId: RequestId; readonly userId: UserId; readonly acr: string }
  | { readonly kind: 'login.failed'; readonly requestId: RequestId; readonly isThrottled: boolean }
  | {
      readonly kind: 'consent.given'
      readonly requestId: RequestId
      readonly userId: UserId
      readonly clientId: ClientId
      readonly granted: string
      readonly refused: string
    }
  | {
      readonly kind: 'consent.denied'
      readonly requestId: RequestId
      readonly userId: UserId
      readonly clientId: ClientId
    }
  | {
      readonly kind: 'grant.changed'
      readonly requestId: RequestId
      readonly userId: UserId
      readonly clientId: ClientId
      readonly removed: string
    }
  | {
      readonly kind: 'client.changed'
      readonly requestId: RequestId
      readonly clientId: ClientId
      readonly change: 'registered' | 'updated' | 'deleted'
    }
  | { readonly kind: 'session.ended'; readonly requestId: RequestId; readonly userId: UserId }
  | {
      readonly kind: 'user.revoked'
      readonly requestId: RequestId
      readonly userId: UserId
      readonly clientId: ClientId
    }
  | { readonly kind: 'key.created'; readonly kid: string; readonly algorithm: string; readonly activeAt: number }
  | {
      readonly kind: 'clock.skewed'
      /** By how much this clock is ahead of the store's; negative where it is behind. */
      readonly aheadSeconds: number
      readonly isSevere: boolean
      readonly message: string
    }
  | { readonly kind: 'warning'; readonly about: string; readonly message: string }
  | {
      readonly kind: 'request.unavailable'
      readonly requestId: RequestId
      readonly place: string
      /** What the store said, for the operator. */
      readonly because: string
    }
  | { readonly kind: 'request.failed'; readonly requestId: RequestId; readonly place: string; readonly error: unknown }

/** Receives every event; must not throw. */
export type Observe = (event: ServerEvent) => void
