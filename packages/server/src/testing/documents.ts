import { clientDocuments } from '../features/client-documents/client-documents.ts'
import type { ClientDocumentsOptions } from '../features/client-documents/options.ts'
import type { OutboundRequest, OutboundResponse } from '../ports/world.ts'
import { type AmbitServer, createServer } from '../server.ts'
import { type TestBrowser, testBrowser } from './browser.ts'
import { type TestWorld, testWorld, type WorldOverrides } from './world.ts'

/** The identifier of the client of the test world that is described by a document. */
export const documentUrl = 'https://shop.example/oauth/client.json'
/** Where its answers go. */
export const documentRedirectUri = 'https://shop.example/callback'

/** The document. */
export function testDocument(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    client_id: documentUrl,
    client_name: 'Shop',
    redirect_uris: [documentRedirectUri],
    scope: 'openid read_pets write_pets offline_access',
    grant_types: ['authorization_code', 'refresh_token'],
    ...changes,
  }
}

/** What a host answers: a document, or all of it. */
type HostAnswer = Readonly<Record<string, unknown>> | (() => Promise<OutboundResponse>)

/** A JSON answer of a host. */
export function hostAnswer(document: unknown, changes: Partial<OutboundResponse> = {}): OutboundResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document), ...changes }
}

/** A server that takes clients from documents, and the hosts that serve them. */
export type DocumentsWorld = TestWorld &
  AmbitServer & {
    /** What is served, by address; anything else is not there. */
    readonly hosts: Map<string, HostAnswer>
    /** What was asked for, in order. */
    readonly asked: OutboundRequest[]
    readonly browser: TestBrowser
  }

/** Makes the world, with the document of the test world in it. */
export async function documentsWorld(
  options: ClientDocumentsOptions = {},
  overrides: WorldOverrides = {},
): Promise<DocumentsWorld> {
  const hosts = new Map<string, HostAnswer>([[documentUrl, testDocument()]])
  const asked: OutboundRequest[] = []
  const outbound = async (sent: OutboundRequest) => {
    asked.push(sent)
    const answer = hosts.get(sent.url)
    if (answer === undefined) return hostAnswer({ error: 'not here' }, { status: 404 })
    return typeof answer === 'function' ? answer() : hostAnswer(answer)
  }
  const world = await testWorld({
    outbound,
    ...overrides,
    features: [clientDocuments(options), ...(overrides.features ?? [])],
  })
  const server = createServer(world.options)
  const browser = testBrowser(server.handle, new URL(world.options.issuer).origin)
  return { ...world, ...server, hosts, asked, browser }
}
