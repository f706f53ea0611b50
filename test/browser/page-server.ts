import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpRequest, HttpResponse } from '@ambit/protocol'
import { nodeHandler } from '../../packages/ambit/src/edge/node.ts'
import { createPages } from '../../packages/ambit/src/pages/pages.ts'
import { sampleFrame, samplePages } from '../../packages/ambit/src/pages/testing/samples.ts'

const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** Serves every sample page by its name, and keeps what forms send. */
export async function startPageServer() {
  const pages = createPages()
  const sent: HttpRequest[] = []
  const handle = async (request: HttpRequest): Promise<HttpResponse> => {
    if (request.method === 'POST') sent.push(request)
    const file = /^\/assets\/(.+)$/.exec(request.path)?.[1]
    const asset = file === undefined ? undefined : pages.asset(file)
    if (asset) return { status: 200, headers: { 'content-type': asset.contentType }, body: asset.body }
    const sample = samplePages[request.path.slice(1)]
    if (request.method === 'POST' || sample === undefined)
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: request.path }
    const page = sample.page === 'form_post' ? { ...sample, action: `${origin()}/received` } : sample
    const acceptLanguage = String(request.headers['accept-language'])
    const { html } = pages.render(page, sampleFrame({ acceptLanguage }))
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }
    return { status: 200, headers, body: html }
  }
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const server = createServer(nodeHandler(handle)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: origin(),
    sent,
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
