import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import { formWith, openBrowser } from './browser-like.ts'
import {
  accessTokenTtl,
  clientMetadataUrl,
  type McpWorld,
  redirectUrl,
  startMcpWorld,
  startReading,
  user,
} from './mcp-world.ts'
import { startWatch } from './step-up-world.ts'

/** What an app that hosts an MCP client keeps for the SDK, with a browser in which the user allows everything. */
function hostApp(
  { issuer }: McpWorld,
  given: Partial<OAuthClientProvider> = {},
  grantTypes = ['authorization_code', 'refresh_token'],
) {
  const browser = openBrowser(fetch, [new URL(issuer.issuer).origin])
  let information: OAuthClientInformationMixed | undefined
  let held: OAuthTokens | undefined
  let verifier = ''
  const sent: URL[] = []
  const provider: OAuthClientProvider = {
    redirectUrl,
    clientMetadata: {
      client_name: 'Agent',
      redirect_uris: [redirectUrl],
      grant_types: grantTypes,
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => information,
    saveClientInformation: given => void (information = given),
    tokens: () => held,
    saveTokens: given => void (held = given),
    saveCodeVerifier: given => void (verifier = given),
    codeVerifier: () => verifier,
    redirectToAuthorization: url => void sent.push(url),
    ...given,
  }
  /** Logs in where that is asked for, allows what is asked, and answers the code. */
  const approve = async (): Promise<string> => {
    let landing = await browser.open(sent.at(-1) ?? assert.fail('the SDK sent nobody to the server'))
    if (landing.left === undefined && landing.url.pathname === '/login')
      landing = await browser.submit(landing, user, formWith(landing, 'username'))
    if (landing.left === undefined && landing.url.pathname === '/consent')
      landing = await browser.submit(landing, { decision: 'allow' }, formWith(landing, 'decision'))
    return (
      landing.left?.searchParams.get('code') ?? assert.fail(`no code came: ${landing.left?.search ?? landing.html}`)
    )
  }
  return { provider, approve, sent, tokens: () => held }
}

describe('an agent and an MCP server, by the SDK of the Model Context Protocol', () => {
  const watch = startWatch()
  let world: McpWorld
  beforeEach(async () => {
    world = await startMcpWorld(watch)
  })
  afterEach(() => world.close())

  type App = ReturnType<typeof hostApp>

  /** Connects as the SDK's own examples do: refused at first, then with what the user allowed. */
  async function connect(
    app: App,
    { endpoint }: Pick<McpWorld, 'endpoint'> = world,
  ): Promise<{ readonly client: Client; readonly transport: StreamableHTTPClientTransport }> {
    const first = new StreamableHTTPClientTransport(endpoint, { authProvider: app.provider })
    await assert.rejects(new Client({ name: 'agent', version: '1.0.0' }).connect(first), UnauthorizedError)
    await first.finishAuth(await app.approve())
    const transport = new StreamableHTTPClientTransport(endpoint, { authProvider: app.provider })
    const client = new Client({ name: 'agent', version: '1.0.0' })
    await client.connect(transport)
    return { client, transport }
  }

  async function call(client: Client, name: string): Promise<string> {
    const { content } = await client.callTool({ name, arguments: {} })
    const [first] = content as readonly { readonly text?: string }[]
    return first?.text ?? ''
  }

  test('MCP Authorization: from 401 by metadata, registration, code and resource to a tool, and on by a refresh', async () => {
    const app = hostApp(world)
    const { client } = await connect(app)
    assert.match(await call(client, 'list_notes'), /: read_notes$/)
    const [asked] = app.sent
    assert.equal(asked?.searchParams.get('resource'), world.endpoint.href)
    assert.equal(asked?.searchParams.get('scope'), 'read_notes')
    assert.equal(asked?.searchParams.get('code_challenge_method'), 'S256')
    const before = app.tokens()
    watch.advance(accessTokenTtl + 60)
    assert.match(await call(client, 'list_notes'), /: read_notes$/)
    assert.equal(app.sent.length, 1, 'the user is not asked again')
    assert.notEqual(app.tokens()?.access_token, before?.access_token)
    assert.notEqual(app.tokens()?.refresh_token, before?.refresh_token)
    assert.ok(world.calls.some(({ method, status }) => method === 'tools/call' && status === 401))
    await client.close()
  })

  test('MCP Authorization: 403 insufficient_scope → the user allows the difference → the tool is called', async () => {
    const app = hostApp(world, {}, ['authorization_code'])
    const { client, transport } = await connect(app)
    await assert.rejects(call(client, 'add_note'), UnauthorizedError)
    assert.equal(app.sent.at(-1)?.searchParams.get('scope'), 'read_notes write_notes')
    await transport.finishAuth(await app.approve())
    assert.match(await call(client, 'add_note'), /: read_notes write_notes$/)
    await client.close()
  })

  test('RFC 6749 §6: an agent that refreshes where it lacks scope gets no wider token, and gives up', async () => {
    const app = hostApp(world)
    const { client } = await connect(app)
    await assert.rejects(call(client, 'add_note'), { code: 403 })
    assert.equal(app.tokens()?.scope, 'read_notes')
    assert.equal(app.sent.length, 1)
    await client.close()
  })

  test('OAuth Client ID Metadata Document §1: an agent that its own document describes needs no registration', async t => {
    const documented = await startMcpWorld(watch, startReading)
    t.after(() => documented.close())
    const app = hostApp(documented, { clientMetadataUrl })
    const { client } = await connect(app, documented)
    assert.equal(app.sent[0]?.searchParams.get('client_id'), clientMetadataUrl)
    assert.match(await call(client, 'list_notes'), /: read_notes$/)
    watch.advance(3600)
    assert.match(await call(client, 'list_notes'), /: read_notes$/)
    assert.equal(app.sent.length, 1)
    await client.close()
  })
})
