// RFC 8705 §2; RFC 9700 §4.13; RFC 9440 §2
import type { CaseText, TestCase } from '../../catalogue/test-case.ts'
import { makeShownCertificate } from '../../node/self-signed.ts'
import type { TestClient } from '../../target/target.ts'
import type { HeaderField, SentRequest } from '../../wire/exchange.ts'
import { disguised } from './client-trial.ts'
import type { ClientTrial } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { tokenRequest } from './token-grant.ts'
import { certifiedClient, clientTrials, serverCase } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-CLI-07',
  title: 'a client without its certificate',
  why: 'Behind a proxy the certificate arrives in a header. Where the server believes a header that anybody can send, the certificate proves nothing.',
  remedy:
    'Compare the certificate of the connection, and let the proxy remove each header by which it passes certificates on.',
  severity: 'critical',
  level: 'L0',
  sources: ['RFC 8705 §2', 'RFC 9700 §4.13'],
  tags: ['client', 'mtls'],
}

/** AS-CLI-07: no certificate, another one, and the right one in headers that anybody can send. */
export const mutualTls: TestCase = serverCase(text, server => {
  if (!String(server.metadata['token_endpoint']).startsWith('https:'))
    return 'the token endpoint is plain http, where no certificate can be shown'
  return clientTrials(server, trials)
})

const trials: readonly ClientTrial[] = [
  trial('no certificate', (context, client, pairs) => without(tokenRequest(context, client, pairs))),
  trial('another certificate', (context, client, pairs) => ({
    ...tokenRequest(context, client, pairs),
    certificate: makeShownCertificate({ commonName: 'somebody else' }, context.secrets),
  })),
  trial('the certificate in headers', (context, client, pairs) => {
    const request = without(tokenRequest(context, client, pairs))
    return { ...request, headers: [...request.headers, ...spoofed(client)] }
  }),
]

function trial(
  variant: string,
  request: (context: ServerContext, client: TestClient, pairs: Parameters<typeof tokenRequest>[2]) => SentRequest,
): ClientTrial {
  return disguised(variant, {
    client: certifiedClient,
    wanted: { sent: `a client that must show its certificate, with ${variant}`, errors: ['invalid_client'] },
    request,
  })
}

function without(request: SentRequest): SentRequest {
  const { method, origin, target, headers, body } = request
  return { method, origin, target, headers, ...(body !== undefined && { body }) }
}

/** The certificate as proxies pass it on; it is no secret. */
function spoofed({ credential }: TestClient): readonly HeaderField[] {
  if (!('certificate' in credential)) return []
  const pem = credential.certificate.certificate
  const der = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')
  const escaped = encodeURIComponent(pem)
  return [
    ['client-cert', `:${der}:`],
    ['x-client-cert', escaped],
    ['x-ssl-client-cert', escaped],
    ['ssl-client-cert', escaped],
    ['x-ssl-client-verify', 'SUCCESS'],
    ['x-forwarded-client-cert', `Cert="${escaped}"`],
    ['x-forwarded-tls-client-cert', der],
  ]
}
