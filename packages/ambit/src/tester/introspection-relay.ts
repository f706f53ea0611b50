// RFC 7662 §2
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { IntrospectionControl } from '@ambit/tester'
import { isObject } from '../config/fields.ts'
import { listen } from '../serve/listen.ts'

/** The way to the introspection endpoint, on a port of loopback. */
export type IntrospectionRelay = IntrospectionControl & {
  readonly url: string
  /** Where questions go from now on; before, there is no answer. */
  readonly lead: (endpoint: string) => void
  readonly close: () => Promise<void>
}

/** Passes questions about tokens on to a server, and disturbs the answers as it is told; port 0 takes a free one. */
export async function openIntrospectionRelay(port: number): Promise<IntrospectionRelay> {
  let conduct: Parameters<IntrospectionControl['behave']>[0] = { kind: 'pass' }
  let endpoint: string | undefined
  const answerOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request)
    const { authorization, 'content-type': type } = request.headers
    const question = {
      body,
      headers: { ...(authorization && { authorization }), ...(type && { 'content-type': type }) },
    }
    const answer = conduct.kind === 'fail' || endpoint === undefined ? undefined : await ask(endpoint, question)
    if (answer === undefined) return void response.writeHead(503).end()
    const { kind } = conduct
    const members = kind === 'say' ? conduct.members : {}
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(isActive(answer.value) ? JSON.stringify({ ...answer.value, ...members }) : answer.text)
  }
  const server = createServer((request, response) => {
    // whoever asks may hang up in the middle of its question
    answerOne(request, response).catch(() => response.destroy())
  })
  const taken = await listen(server, { port, host: '127.0.0.1', setting: '`introspectionPort`' })
  return {
    url: `http://127.0.0.1:${taken}/introspect`,
    lead: to => {
      endpoint = to
    },
    behave: next => {
      conduct = next
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Milliseconds until the server must have answered. */
const patience = 10_000

type Question = { readonly body: string; readonly headers: Readonly<Record<string, string>> }
type Answer = { readonly status: number; readonly text: string; readonly value: unknown }

async function ask(endpoint: string, question: Question): Promise<Answer | undefined> {
  try {
    const signal = AbortSignal.timeout(patience)
    const response = await fetch(endpoint, { method: 'POST', redirect: 'error', signal, ...question })
    const answered = await response.text()
    return { status: response.status, text: answered, value: parse(answered) }
  } catch {
    return undefined
  }
}

function parse(answered: string): unknown {
  try {
    return JSON.parse(answered)
  } catch {
    return undefined
  }
}

function isActive(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && value['active'] === true
}
