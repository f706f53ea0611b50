// MCP Authorization 2025-11-25
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard, discoverIssuer } from '@ambit/resource'
import { accessOf, expressGuard, serveMetadata } from '@ambit/resource/express'
import { defineScopes } from '@ambit/scope'
import { clientDocuments } from '@ambit/server'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { startServer } from 'ambit'
import express from 'express'
import { users } from '../../packages/server/src/testing/clients.ts'
import { userId } from '../../packages/server/src/testing/ids.ts'
import { startWithFeatures } from './feature-server.ts'
import type { Watch } from './step-up-world.ts'

/** Whom the pages ask for a name and a password. */
export const user = { username: 'ada', password: 'a password of some length' }

/** Where the agent wants its answers. */
export const redirectUrl = 'http://127.0.0.1:9999/callback'

/** How long access tokens live. */
export const accessTokenTtl = 300

/** An MCP server behind a guard, and the authorization server that its metadata name. */
export type McpWorld = {
  readonly endpoint: URL
  readonly issuer: Issuer
  /** What the MCP server saw of each request: who called what, and how it was answered. */
  readonly calls: readonly McpCall[]
  readonly close: () => Promise<void>
}

/** A request of the MCP server's endpoint. */
type McpCall = { readonly method: string; readonly status: number }

/** An authorization server, as far as it matters here. */
type Issuer = { readonly issuer: string; readonly close: () => Promise<void> }

/** Starts an authorization server for one resource. */
type StartIssuer = (resource: string, watch: Watch) => Promise<Issuer>

/** Starts both; what they keep time by is the watch. */
export async function startMcpWorld(watch: Watch, startIssuer: StartIssuer = startRegistering): Promise<McpWorld> {
  const http = createServer()
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const endpoint = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`)
  const issuer = await startIssuer(endpoint.href, watch)
  const calls: McpCall[] = []
  http.on('request', mcpApp({ endpoint: endpoint.href, issuer: issuer.issuer, watch, calls }))
  const close = async () => {
    http.closeAllConnections()
    http.close()
    await issuer.close()
  }
  return { endpoint, issuer, calls, close }
}

function scopesOf(resource: string) {
  return { read_notes: { resource }, write_notes: { resource } } as const
}

/** A server of the profile `mcp` where clients register themselves. */
const startRegistering: StartIssuer = (resource, clock) =>
  startServer(
    {
      port: 0,
      store: 'memory',
      log: { level: 'silent' },
      profile: 'mcp',
      catalogue: { scopes: scopesOf(resource) },
      resources: [{ resource, name: 'Notes', accessTokenTtl }],
      features: {
        registration: { access: 'open', policy: { scope: ['read_notes', 'write_notes'], isWholeScope: true } },
      },
      users: [user],
    },
    { clock },
  )

/** Where the document of a client stands that nobody has registered. */
export const clientMetadataUrl = 'https://agent.example/oauth/client.json'

/** A server that takes client documents; the one of the agent is all that there is to be fetched. */
export const startReading: StartIssuer = (resource, clock) => {
  const document = {
    client_id: clientMetadataUrl,
    client_name: 'Agent',
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    scope: 'read_notes write_notes',
  }
  return startWithFeatures({
    clock,
    catalogue: defineScopes({ scopes: scopesOf(resource) }),
    resources: [{ resource, name: 'Notes', tokenFormat: 'jwt' }],
    features: [clientDocuments()],
    clients: [],
    users: [
      { ...users.alice, userId: userId('user-ada'), username: user.username, passwordHash: `plain:${user.password}` },
    ],
    outbound: async ({ url }) => {
      const headers = { 'content-type': 'application/json' }
      return url === clientMetadataUrl
        ? { status: 200, headers, body: JSON.stringify(document) }
        : { status: 404, headers, body: '{}' }
    },
  })
}

type App = {
  readonly endpoint: string
  readonly issuer: string
  readonly watch: Watch
  readonly calls: McpCall[]
}

function mcpApp({ endpoint, issuer, watch, calls }: App): express.Express {
  const guard = createGuard({
    issuers: [discoverIssuer(issuer, { clock: watch })],
    resource: endpoint,
    catalogue: defineScopes({ scopes: scopesOf(endpoint) }),
    clock: watch,
    metadata: { name: 'Notes' },
  })
  const protect = expressGuard(guard)
  const read = protect('read_notes')
  const write = protect({ allOf: ['read_notes', 'write_notes'] })
  const keepCall: express.RequestHandler = (request, response, next) => {
    const { method } = messageOf(request.body)
    response.on('finish', () => calls.push({ method: method ?? request.method, status: response.statusCode }))
    next()
  }
  return express()
    .use(serveMetadata(guard))
    .post('/mcp', express.json(), keepCall, (request, response, next) =>
      (callsTool(request.body, 'add_note') ? write : read)(request, response, next),
    )
    .post('/mcp', answerMcp)
    .all('/mcp', (_request, response) => void response.status(405).end())
}

type Message = { readonly method?: string; readonly params?: { readonly name?: string } }

function messageOf(body: unknown): Message {
  return body ?? {}
}

function callsTool(body: unknown, name: string): boolean {
  const { method, params } = messageOf(body)
  return method === 'tools/call' && params?.name === name
}

/** Each request has a server of its own: nothing is kept between two. */
const answerMcp: express.RequestHandler = async (request, response) => {
  const { subject, scope } = accessOf(request)
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  const tell = () => ({ content: [{ type: 'text' as const, text: `${subject}: ${scope.tokens.join(' ')}` }] })
  server.registerTool('list_notes', { description: 'Lists notes' }, tell)
  server.registerTool('add_note', { description: 'Adds a note' }, tell)
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
  response.on('close', () => void server.close())
  await server.connect(transport)
  await transport.handleRequest(request as never, response, request.body)
}
