// The ceiling: form parsed, secret compared, token minted and stored, nothing else.
import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type ParsedUrlQuery, parse } from 'node:querystring'
import { accessTokenTtl, machine, scope } from '../registration.ts'
import type { Ledger } from './ledger.ts'
import { type Mint, rowKey } from './mint.ts'
import { collectTurn } from './turn.ts'

/** What a bare server does: how it mints, and where it keeps tokens (nowhere, if undefined). */
export type BareWork = { readonly issuer: string; readonly mint: Mint; readonly ledger: Ledger | undefined }

type Waiting = { readonly form: ParsedUrlQuery; readonly res: ServerResponse }

const secretHash = hash('sha256', machine.secret, 'buffer')

/** Makes the bare server's request listener. */
export function createBareListener({ issuer, mint, ledger }: BareWork): RequestListener {
  const issue = collectTurn(issueTogether(mint, ledger))
  const introspect = collectTurn<Waiting>(waiting => introspectTogether(waiting, ledger))
  return (req, res) => {
    if (req.method !== 'POST') return answer(res, 200, metadata(issuer))
    readForm(req, form => {
      if (!isAuthentic(form)) return answer(res, 401, '{"error":"invalid_client"}')
      if (req.url !== '/token') return introspect({ form, res })
      if (form.grant_type !== 'client_credentials') return answer(res, 400, '{"error":"unsupported_grant_type"}')
      issue({ form, res })
    })
  }
}

/** Mints for all that asked in one turn, stores all in one transaction, then answers all. Row keys only grow, so an insert appends. */
function issueTogether(mint: Mint, ledger: Ledger | undefined): (waiting: readonly Waiting[]) => void {
  let lastId = 0
  return waiting => {
    const now = Math.floor(Date.now() / 1000)
    const minted = waiting.map(({ res }) => ({ res, ...mint(++lastId, now) }))
    ledger?.save(minted.map(({ row }) => row))
    for (const { res, token } of minted) answer(res, 200, tokenResponse(token))
  }
}

function tokenResponse(token: string): string {
  return `{"access_token":"${token}","token_type":"Bearer","expires_in":${accessTokenTtl},"scope":"${scope}"}`
}

function introspectTogether(waiting: readonly Waiting[], ledger: Ledger | undefined): void {
  const now = Math.floor(Date.now() / 1000)
  for (const { form, res } of waiting) answer(res, 200, introspection(String(form.token), now, ledger))
}

function introspection(token: string, now: number, ledger: Ledger | undefined): string {
  const row = ledger?.find(rowKey(token))
  if (!row || row.expiresAt <= now) return '{"active":false}'
  if (!timingSafeEqual(row.mark, hash('sha256', token, 'buffer'))) return '{"active":false}'
  return `{"active":true,"client_id":"${row.client}","scope":"${row.scope}","exp":${row.expiresAt},"token_type":"Bearer"}`
}

function readForm(req: IncomingMessage, next: (form: ParsedUrlQuery) => void): void {
  let body = ''
  req.setEncoding('latin1')
  req.on('data', (chunk: string) => {
    body += chunk
  })
  req.on('end', () => next(parse(body)))
}

function isAuthentic(form: ParsedUrlQuery): boolean {
  if (form.client_id !== machine.id || typeof form.client_secret !== 'string') return false
  return timingSafeEqual(hash('sha256', form.client_secret, 'buffer'), secretHash)
}

function metadata(issuer: string): string {
  return JSON.stringify({ issuer, token_endpoint: `${issuer}/token`, introspection_endpoint: `${issuer}/introspect` })
}

function answer(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, [
    'content-type',
    'application/json',
    'cache-control',
    'no-store',
    'content-length',
    String(body.length),
  ])
  res.end(body, 'latin1')
}
