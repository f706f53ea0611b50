// RFC 8446, RFC 8705 §2, §7.3; RFC 9325 §3.1, §4.2
import { constants } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import type { TlsConfig } from '../config/declaration.ts'
import { nodeServerOptions } from '../edge/node-server-options.ts'
import { StartError } from './start-error.ts'

/** A server that speaks TLS, and how it is made to read its files again; it goes on with the old ones where they are no good. */
export type TlsServer = { readonly server: Server; readonly reload: () => Promise<void> }

/** For TLS 1.2 those that RFC 9325 recommends, which FAPI allows alone; all of TLS 1.3. @spec RFC 9325 §4.2 */
const suites = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
]

type Secured = SecureContextOptions & { readonly cert: string; readonly key: string; readonly ca: readonly string[] }

/**
 * Makes a server that speaks TLS 1.2 and 1.3. A client may show a certificate where it is asked for one, and need not: which
 * ones count for what is decided above, by who signed them.
 * @throws {StartError} where a file cannot be read, or certificate and key do not fit
 */
export async function createTlsServer(tls: TlsConfig, answer: RequestListener): Promise<TlsServer> {
  let current = await readFiles(tls)
  const { requestCert = false } = tls
  const options = { ...nodeServerOptions, handshakeTimeout: 10_000, requestCert, rejectUnauthorized: false }
  const server = make(() => createServer({ ...options, ...contextOf(current) }, answer))
  const reload = async () => {
    const files = await readFiles(tls)
    if (JSON.stringify(files) === JSON.stringify(current)) return
    make(() => server.setSecureContext(contextOf(files)))
    current = files
    server.closeIdleConnections()
  }
  return { server, reload }
}

type TlsFiles = Pick<Secured, 'cert' | 'key' | 'ca'>

/**
 * Nothing is resumed: each connection proves its certificate by a handshake of its own, against the authorities of now. Nor is
 * anything negotiated anew within one.
 */
function contextOf(files: TlsFiles): SecureContextOptions {
  return {
    cert: files.cert,
    key: files.key,
    // an empty list trusts nobody; left out, it would be every authority that browsers trust
    ca: [...files.ca],
    allowPartialTrustChain: true,
    minVersion: 'TLSv1.2',
    ciphers: suites.join(':'),
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_TICKET,
  }
}

async function readFiles({ cert, key, ca }: TlsConfig): Promise<TlsFiles> {
  return {
    cert: await readPem('cert', cert),
    key: await readPem('key', key),
    ca: ca === undefined ? [] : [await readPem('ca', ca)],
  }
}

async function readPem(name: string, path: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8')
    if (text.includes('-----BEGIN ')) return text
  } catch (cause) {
    throw new StartError(`\`tls.${name}\` cannot be read: \`${path}\` must be a file in PEM`, { cause })
  }
  throw new StartError(`\`tls.${name}\` is no PEM: \`${path}\``)
}

function make<T>(use: () => T): T {
  try {
    return use()
  } catch (cause) {
    throw new StartError(
      `TLS cannot be spoken with \`tls.cert\` and \`tls.key\`: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
}
