import { createServer as createPlainServer, type RequestListener } from 'node:http'
import { createServer, type Server, type ServerOptions } from 'node:https'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { nodeOutbound } from '../../packages/server/src/node/outbound.ts'
import type { Outbound } from '../../packages/server/src/ports/world.ts'
import { makeShownCertificate } from '../../packages/tester/src/node/self-signed.ts'

/** An address that a stranger could name, and what is wrong with it. */
type HostileAddress = { readonly name: string; readonly url: string }

/**
 * The real `nodeOutbound` with names of its own, and addresses that it must get nothing from. Behind those that end on this
 * machine stands a server that counts whoever reaches it.
 */
export type HostileAddresses = {
  /** To be a test world's `outbound`. Slow servers it gives up after 50 ms, however long it is told to wait. */
  readonly outbound: Outbound
  /** Loopback, private, link-local, redirecting, endless, slow, and more. */
  readonly hostile: readonly HostileAddress[]
  /** An honest https address on this machine, allowed, which answers `body`: that it is read proves that the rest was refused. */
  readonly honestUrl: string
  /** How often something was reached that no stranger may reach. */
  readonly reached: () => number
  readonly close: () => Promise<void>
}

/** What the honest address answers. */
export type Honest = { readonly body: string; readonly contentType?: string; readonly status?: number }

const longestWait = 50

function shortTimer(milliseconds: number, expire: () => void): () => void {
  const timer = setTimeout(expire, Math.min(milliseconds, longestWait))
  return () => clearTimeout(timer)
}

function isSlow(url: string): boolean {
  return /^https:\/\/(?:slow|trickling)\./.test(url)
}

/** Starts the hostile servers and one that is honest; `path` is what each address ends in. */
export async function startHostileAddresses(
  { body, contentType = 'application/json', status = 200 }: Honest,
  path = '/document',
): Promise<HostileAddresses> {
  let count = 0
  const inner: RequestListener = (_request, response) => {
    count++
    response.writeHead(status, { 'content-type': contentType }).end(body)
  }
  const certificates = Object.fromEntries(
    outer.map(name => [name, certificateOf(name === 'impostor' ? 'other.example' : `${name}.example`)]),
  )
  const innerCertificate = certificateOf('localhost')
  const plain = createPlainServer(inner)
  const secure = createServer(innerCertificate, inner)
  const ports = { plain: await listen(plain), secure: await listen(secure) }
  const secret = `https://127.0.0.1:${ports.secure}${path}`
  const servers: [name: string, server: Server, port: number][] = []
  for (const name of outer) {
    const server = createServer(certificates[name] ?? {}, answerOf(name, { secret, body, contentType, status }))
    servers.push([name, server, await listen(server)])
  }
  const origins = servers.map(([name, , port]) => `https://${name}.example:${port}`)
  const options = {
    dangerouslyAllow: origins,
    resolve: makeResolver(),
    ca: [innerCertificate, ...outer.filter(name => name !== 'untrusted').map(name => certificates[name])].flatMap(
      certificate => certificate?.cert ?? [],
    ),
  }
  const patient = nodeOutbound(options)
  const impatient = nodeOutbound({ ...options, startTimer: shortTimer })
  const outbound: Outbound = request => (isSlow(request.url) ? impatient : patient)(request)
  const at = (name: string) => `${origins[outer.findIndex(each => each === name)] ?? ''}${path}`
  return {
    outbound,
    hostile: [
      ...addressesOf(ports, path),
      ...outer.filter(name => name !== 'honest').map(name => ({ name, url: at(name) })),
    ],
    honestUrl: at('honest'),
    reached: () => count,
    close: async () => void (await Promise.all([plain, secure, ...servers.map(([, server]) => server)].map(close))),
  }
}

/** Servers that an operator allowed, and of which all but one answer what nobody should take. */
const outer = [
  'honest',
  'redirecting',
  'endless',
  'slow',
  'trickling',
  'compressed',
  'large-header',
  'impostor',
  'untrusted',
] as const

type Given = Required<Honest> & { readonly secret: string }

function answerOf(name: (typeof outer)[number], { secret, body, contentType, status }: Given): RequestListener {
  const type = { 'content-type': contentType }
  switch (name) {
    case 'honest':
    case 'impostor':
    case 'untrusted':
      return (_request, response) => response.writeHead(status, type).end(body)
    case 'redirecting':
      return (_request, response) => response.writeHead(302, { ...type, location: secret }).end(body)
    case 'endless':
      return (_request, response) => {
        response.writeHead(status, type)
        const more = () => {
          while (!response.destroyed && response.write(' '.repeat(65_536)));
        }
        response.on('drain', more)
        more()
      }
    case 'slow':
      return () => undefined
    case 'trickling':
      return (_request, response) => {
        response.writeHead(status, type)
        const timer = setInterval(() => response.write(' '), 5)
        response.on('close', () => clearInterval(timer))
      }
    case 'compressed':
      return (_request, response) => response.writeHead(status, { ...type, 'content-encoding': 'gzip' }).end(body)
    case 'large-header':
      return (_request, response) => response.writeHead(status, { ...type, 'x-large': 'x'.repeat(32_768) }).end(body)
  }
}

/** Names of this test. `rebinding` is not this machine when it is asked first, and is ever after. */
const names: Readonly<Record<string, readonly (readonly string[])[]>> = {
  localhost: [['127.0.0.1']],
  'loopback.example': [['127.0.0.1']],
  'loopback6.example': [['::1']],
  'private.example': [['10.0.0.7']],
  'metadata.example': [['169.254.169.254']],
  'mixed.example': [['8.8.8.8', '127.0.0.1']],
  'rebinding.example': [['192.0.2.1'], ['127.0.0.1']],
}

function makeResolver() {
  const asked = new Map<string, number>()
  return async (hostname: string): Promise<readonly string[]> => {
    const answers =
      names[hostname.replace(/\.$/, '')] ?? (outer.some(name => hostname === `${name}.example`) ? [['127.0.0.1']] : [])
    const turn = asked.get(hostname) ?? 0
    asked.set(hostname, turn + 1)
    return answers[Math.min(turn, answers.length - 1)] ?? []
  }
}

type Ports = { readonly plain: number; readonly secure: number }

function addressesOf({ plain, secure }: Ports, path: string): readonly HostileAddress[] {
  const hosts = [
    ['loopback', '127.0.0.1'],
    ['loopback, another', '127.9.9.9'],
    ['loopback as a number', '2130706433'],
    ['loopback in hexadecimal', '0x7f000001'],
    ['loopback in octal', '0177.0.0.1'],
    ['loopback, short', '127.1'],
    ['loopback in circled digits', '①②⑦.⓪.⓪.①'],
    ['loopback of IPv6', '[::1]'],
    ['loopback as IPv6 maps it', '[::ffff:127.0.0.1]'],
    ['loopback as IPv6 translates it', '[64:ff9b::7f00:1]'],
    ['loopback as 6to4', '[2002:7f00:1::]'],
    ['the unspecified address', '0.0.0.0'],
    ['the unspecified address of IPv6', '[::]'],
    ['the name of this machine', 'localhost'],
    ['the name of this machine with a dot', 'localhost.'],
    ['a name of loopback', 'loopback.example'],
    ['a name of loopback in IPv6', 'loopback6.example'],
    ['private', '10.0.0.1'],
    ['private of the second class', '172.16.0.1'],
    ['private of the third class', '192.168.0.1'],
    ['a name of a private address', 'private.example'],
    ['shared by carriers', '100.64.0.1'],
    ['unique-local', '[fd00:ec2::254]'],
    ['link-local', '169.254.169.254'],
    ['link-local of IPv6', '[fe80::1]'],
    ['a name of the metadata of a cloud', 'metadata.example'],
    ['the host of a virtual machine', '168.63.129.16'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['a name that is public and loopback', 'mixed.example'],
    ['a name that is loopback the second time', 'rebinding.example'],
    ['a name that nobody has', 'nobody.example'],
  ] as const
  return [
    ...hosts.map(([name, host]) => ({ name, url: `https://${host}:${secure}${path}` })),
    { name: 'plain http', url: `http://127.0.0.1:${plain}${path}` },
    { name: 'a password', url: `https://user:secret@loopback.example:${secure}${path}` },
    { name: 'a port of a service', url: `https://honest.example:22${path}` },
    { name: 'a file', url: 'file:///etc/passwd' },
  ]
}

function certificateOf(dnsName: string): Required<Pick<ServerOptions, 'key'>> & { readonly cert: string } {
  const ledger = { secret: (_name: string, text: string) => ({ reveal: () => text }) }
  const { certificate, privateKey } = makeShownCertificate({ commonName: dnsName, dnsName }, ledger as never)
  return { cert: certificate, key: privateKey }
}

async function listen(server: NetServer): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function close(server: Server | ReturnType<typeof createPlainServer>): Promise<void> {
  server.closeAllConnections()
  return new Promise(resolve => server.close(() => resolve()))
}
