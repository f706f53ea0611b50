import { memberOf, parseJson, scopesOf, textAt } from './json.ts'
import type { ObservedCall, Recording } from './read-observed-calls.ts'

/** `host ident user [time] "GET /pets HTTP/1.1" 200 …` */
const common = /^\S+ \S+ (\S+) \[[^\]]*\] "([A-Z]+) (\S+) HTTP\/[\d.]+" (\d{3})/

/** Reads an access log, one call in each line: the common or combined format, or JSON. */
export function readLog(text: string): Recording {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const read = lines.map(line => (line.trimStart().startsWith('{') ? readJson(line) : readCommon(line)))
  return {
    calls: read.flatMap(line => (line === undefined || !isSuccess(line.status) ? [] : [line.call])),
    asked: new Map(),
    unread: read.filter(line => line === undefined).length,
  }
}

type Line = { readonly call: ObservedCall; readonly status: number }

function readCommon(line: string): Line | undefined {
  const [, user, method, target, status] = common.exec(line) ?? []
  if (method === undefined || target === undefined) return undefined
  const client = user === undefined || user === '-' ? {} : { client: user }
  return { call: { method, path: pathOf(target), scope: [], ...client }, status: Number(status) }
}

function readJson(line: string): Line | undefined {
  const value = parseJson(line)
  const request = memberOf(value, 'req') ?? memberOf(value, 'request') ?? value
  const response = memberOf(value, 'res') ?? memberOf(value, 'response') ?? value
  const [method, target] = [textAt(request, 'method'), textAt(request, 'path', 'url', 'uri', 'target')]
  const status = memberOf(response, 'status') ?? memberOf(response, 'statusCode') ?? memberOf(response, 'status_code')
  if (method === undefined || target === undefined || typeof status !== 'number') return undefined
  const client = textAt(value, 'client_id', 'clientId', 'client')
  const scope = scopesOf(memberOf(value, 'scope'))
  return {
    call: { method: method.toUpperCase(), path: pathOf(target), scope, ...(client !== undefined && { client }) },
    status,
  }
}

function pathOf(target: string): string {
  const path = URL.canParse(target) ? new URL(target).pathname : (target.split(/[?#]/)[0] ?? '')
  return path === '' ? '/' : path
}

function isSuccess(status: number): boolean {
  return (status >= 200 && status < 300) || status === 304
}
