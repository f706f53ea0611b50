import { DatabaseError } from 'pg'
import type { Host } from './connection-url.ts'
import { UnsuitableServer } from './engine.ts'
import { ConnectionLost, parseFailure } from './failure.ts'

/** A server could not be connected to; the message is for an operator. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  /** Whether it will not go away by itself, so that whoever just starts should stop with it. */
  readonly isLasting: boolean

  constructor(message: string, options: ErrorOptions & { readonly isLasting: boolean }) {
    super(message, options)
    this.isLasting = options.isLasting
  }
}

const sentences: Readonly<Record<string, (where: string) => string>> = {
  '28P01': where => `${where} refuses the user or the password`,
  '28000': where => `${where} does not let this user in from here; see its pg_hba.conf`,
  '3D000': where => `${where} has no such database; make it with CREATE DATABASE`,
  '42501': where => `${where} does not permit this user to use the database; GRANT it CONNECT`,
  ENOTFOUND: where => `the host of ${where} is unknown`,
}
const passing: Readonly<Record<string, (where: string) => string>> = {
  '57P03': where => `${where} is starting or stopping`,
  '53300': where => `${where} has too many connections already; make its max_connections larger or the pools smaller`,
  ECONNREFUSED: where => `nothing listens at ${where}`,
  EHOSTUNREACH: where => `there is no way to ${where}`,
  ENETUNREACH: where => `there is no way to ${where}`,
  ETIMEDOUT: where => `${where} does not answer`,
  EAI_AGAIN: where => `the name of the host of ${where} cannot be looked up just now`,
}

/** Explains what was thrown while a server was connected to. */
export function explainConnectFailure(error: unknown, { host, port }: Host): Unreachable {
  const where = `the database at \`${host}:${port}\``
  const [reason, isLasting] = explain(error, where)
  return new Unreachable(reason, { cause: error, isLasting })
}

function explain(error: unknown, where: string): readonly [string, boolean] {
  const code = codeOf(error)
  const lasting = sentences[code]
  if (lasting) return [lasting(where), true]
  const soonOver = passing[code]
  if (soonOver) return [soonOver(where), false]
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof ConnectionLost) return [`${where} ${message}`, false]
  if (error instanceof UnsuitableServer) return [`${where} does not suit: ${message}`, true]
  if (message.startsWith('The server does not support SSL')) return [`${where} speaks no TLS; ${noTls}`, true]
  if (isUntrusted(code)) return [`${where} has a certificate of an authority that is unknown here; ${authority}`, true]
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return [`${where} has a certificate for other names; ${names}`, true]
  if (isTlsError(code)) return [`${where} has a certificate that does not fit: ${message}`, true]
  if (message.includes('password must be a')) return [`${where} wants a password, and its URL has none`, true]
  return [`${where} could not be used: ${message}`, isLasting(error)]
}

/** What a server answers lasts, unless it says that it is just ending, too busy, or out of something. */
function isLasting(error: unknown): boolean {
  return error instanceof DatabaseError && ['row', 'fault'].includes(parseFailure(error).kind)
}

const noTls = 'switch it on there, or say `sslmode=disable` where the network in between is yours alone'

const authority = '`sslrootcert=<file>` in the URL names the one that signed it'
const names = 'name the host as the certificate does'

function isUntrusted(code: string): boolean {
  return /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_|UNABLE_TO_GET_ISSUER_|UNABLE_TO_VERIFY_LEAF_)/.test(code)
}

function isTlsError(code: string): boolean {
  return /^(?:ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/.test(code)
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
