import type { Store } from '@ambit/server'

/** Registered clients. */
export type Clients = Pick<Store, 'findClient' | 'listClients' | 'saveClient' | 'deleteClient'>

/** Users' accounts. */
export type Users = Pick<
  Store,
  'findUser' | 'findUserByName' | 'findUsersByEmail' | 'listUsers' | 'saveUser' | 'deleteUser'
>

/** Users' sessions. */
export type Sessions = Pick<Store, 'findSession' | 'saveSession' | 'deleteSession' | 'deleteSessionsOf'>

/** Authorization requests that wait for their users. */
export type Interactions = Pick<Store, 'findInteraction' | 'saveInteraction' | 'endInteraction'>

/** What users allow clients. */
export type Grants = Pick<Store, 'findGrant' | 'listGrants' | 'addToGrant' | 'removeFromGrant' | 'deleteGrant'>

/** Codes, refresh tokens, access tokens, and the families they belong to. */
export type Credentials = Pick<
  Store,
  | 'saveCode'
  | 'findSpendable'
  | 'exchange'
  | 'saveAccessToken'
  | 'findAccessToken'
  | 'revokeAccessToken'
  | 'revokeFamilies'
  | 'findTokensOfRequest'
>

/** What status lists are made from. */
export type Statuses = Pick<Store, 'findRevokedStatuses' | 'findStatusTokens'>

/** Numbers that are answered once. */
export type Numbers = Pick<Store, 'takeNumber' | 'findNumber'>

/** What waits to be used once. */
export type Tickets = Pick<Store, 'saveTicket' | 'findTicket' | 'changeTicket' | 'takeTicket' | 'listTickets'>

/** What clients used of their scope. */
export type ScopeUsage = Pick<Store, 'recordScopeUsage' | 'listScopeUsage'>

/** Signing keys, and settings that are made once. */
export type Keys = Pick<Store, 'listKeys' | 'addKey' | 'deleteKey' | 'settle'>

/** What was presented once and must not be again, and failures that throttle. */
export type Attempts = Pick<Store, 'remember' | 'countFailure' | 'findFailures' | 'clearFailures'>

/** Refused requests. */
export type Refusals = Pick<Store, 'saveRefusal' | 'findRefusal'>

/** The processes that serve, and what one of them does for all. */
export type Nodes = Pick<Store, 'announceNode' | 'forgetNode' | 'takeLease'>
