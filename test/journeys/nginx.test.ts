// RFC 6750 §3, nginx auth_request
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createSocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { defineConfig, type RunningServer, startServer } from 'ambit'

const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find(
  path => spawnSync(path, ['-v']).status === 0,
)
const program = resolve(import.meta.dirname, '../../packages/ambit/src/main.ts')
const api = 'https://api.example'
const secret = 'a secret of some length'

const description = {
  openapi: '3.1.0',
  info: { title: 'A static site' },
  paths: {
    '/open.html': { get: { security: [] } },
    '/pets.html': { get: { security: [{ oauth: ['read_pets'] }] }, post: { security: [{ oauth: ['write_pets'] }] } },
    '/admin/index.html': { get: { security: [{ oauth: ['write_pets'] }] } },
    '/behind/{name}': { get: { security: [{ oauth: ['read_pets'] }] } },
    '/either/{name}': { get: { security: [{}, { oauth: ['read_pets'] }] } },
  },
  components: {
    securitySchemes: {
      oauth: { type: 'oauth2', flows: { clientCredentials: { scopes: { read_pets: 'See', write_pets: 'Change' } } } },
    },
  },
}

async function freePort(): Promise<number> {
  const server = createSocketServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isOpen = await new Promise<boolean>(settle => {
      const socket = connect(port, '127.0.0.1', () => settle(true)).on('error', () => settle(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return
    await wait(25)
  }
  throw new Error(`nothing listens on port ${port}`)
}

async function exchange(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => void chunks.push(chunk))
  socket.on('error', () => {})
  socket.write(`${head}\r\nhost: api.example\r\nconnection: close\r\n\r\n`)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

/** The printed configuration as it is, but for the last location: the site itself, and an API behind. */
function serverBlock(
  printed: string,
  { port, root, apiPort }: { port: number; root: string; apiPort: number },
): string {
  const asking = printed.slice(
    printed.indexOf('    auth_request '),
    printed.indexOf('    proxy_pass http://127.0.0.1:3000;'),
  )
  const before = printed.slice(0, printed.indexOf('location / {'))
  return `
server {
  listen 127.0.0.1:${port};
  root ${root};
  ${before}
  location / {
${asking}
  }
  location ~ ^/(behind|either)/ {
${asking}
    proxy_pass http://127.0.0.1:${apiPort};
  }
}`
}

describe('nginx asks `ambit guard` about each request', { skip: nginx ? false : 'nginx is not installed here' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-nginx-'))
  const seen: Record<string, unknown>[] = []
  const running: ChildProcess[] = []
  let issuer: RunningServer
  let port = 0
  let guardProcess: ChildProcess | undefined
  const backend = createServer(({ headers, url }, outgoing) => {
    seen.push({ url, ...headers })
    outgoing.end('from the API')
  })

  const startGuard = async (guardPort: number) => {
    const words = `--openapi api.json --issuer ${issuer.issuer} --resource ${api} --for nginx --listen 127.0.0.1:${guardPort}`
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', program, 'guard', ...words.split(' ')],
      {
        cwd: folder,
        stdio: 'ignore',
      },
    )
    running.push(child)
    await untilListening(guardPort)
    return child
  }

  before(async () => {
    const config = defineConfig({
      port: 0,
      store: 'memory',
      log: { level: 'silent' },
      resources: [{ resource: api, name: 'Site', tokenFormat: 'jwt' }],
      catalogue: { scopes: { read_pets: { title: 'See pets' }, write_pets: { title: 'Change pets' } } },
      clients: [{ clientId: 'machine', secret, scope: ['read_pets', 'write_pets'] }],
    })
    issuer = await startServer(config)
    backend.listen(0, '127.0.0.1')
    await once(backend, 'listening')
    const { port: apiPort } = backend.address() as AddressInfo
    const guardPort = await freePort()
    port = await freePort()
    const root = join(folder, 'site')
    // a worker of nginx that root started is somebody else
    chmodSync(folder, 0o755)
    for (const [path, text] of [
      ['open.html', 'open'],
      ['pets.html', 'pets'],
      ['admin/index.html', 'admin'],
      ['unlisted.html', 'unlisted'],
    ] as const) {
      mkdirSync(join(root, path, '..'), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    writeFileSync(join(folder, 'api.json'), JSON.stringify(description))
    const printed = spawnSync(
      process.execPath,
      [program, 'guard', '--print', 'nginx', '--listen', `127.0.0.1:${guardPort}`],
      { encoding: 'utf8' },
    )
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      name => `${name}_temp_path ${folder}/${name};`,
    )
    writeFileSync(
      join(folder, 'nginx.conf'),
      `worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  ${serverBlock(printed.stdout, { port, root, apiPort })}
}`,
    )
    guardProcess = await startGuard(guardPort)
    running.push(
      spawn(nginx ?? '', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], { stdio: 'ignore' }),
    )
    await untilListening(port)
  })

  after(async () => {
    for (const child of running.filter(each => each.exitCode === null && each.signalCode === null)) {
      child.kill()
      await once(child, 'exit')
    }
    backend.closeAllConnections()
    backend.close()
    await issuer.close()
    rmSync(folder, { recursive: true })
  })

  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`http://127.0.0.1:${port}${path}`, { method, headers })

  async function tokenWith(scope: string): Promise<string> {
    const response = await fetch(`${issuer.origin}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`machine:${encodeURIComponent(secret)}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource: api }),
    })
    const { access_token: token } = (await response.json()) as { access_token: string }
    return `Bearer ${token}`
  }

  test('RFC 6750 §3.1: 200 with a token, 401 without one, 403 with too little scope, each with its challenge', async () => {
    const none = await get('/pets.html')
    assert.equal(none.status, 401)
    assert.match(
      none.headers.get('www-authenticate') ?? '',
      /^Bearer realm="https:\/\/api\.example", scope="read_pets"/,
    )
    const bad = await get('/pets.html', { authorization: 'Bearer forged' })
    assert.equal(bad.status, 401)
    assert.match(bad.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
    const good = await get('/pets.html', { authorization: await tokenWith('read_pets') })
    assert.deepEqual([good.status, await good.text()], [200, 'pets'])
    const little = await get('/admin/index.html', { authorization: await tokenWith('read_pets') })
    assert.equal(little.status, 403)
    assert.match(little.headers.get('www-authenticate') ?? '', /error="insufficient_scope".*scope="write_pets"/)
    assert.equal(little.headers.get('cache-control'), 'no-store')
    const enough = await get('/admin/index.html', { authorization: await tokenWith('write_pets') })
    assert.deepEqual([enough.status, await enough.text()], [200, 'admin'])
  })

  test('what is public is served, what the document does not have is not', async () => {
    const open = await get('/open.html')
    assert.deepEqual([open.status, await open.text()], [200, 'open'])
    const authorization = await tokenWith('read_pets write_pets')
    assert.equal((await get('/unlisted.html', { authorization })).status, 404)
    assert.equal((await get('/', { authorization })).status, 404)
    assert.equal((await get('/pets.html', { authorization }, 'DELETE')).status, 405)
  })

  test('RFC 9110 §9.3.2: the method counts', async () => {
    const authorization = await tokenWith('read_pets')
    assert.equal((await get('/pets.html', { authorization }, 'POST')).status, 403)
    assert.equal((await get('/pets.html', { authorization }, 'HEAD')).status, 200)
    assert.equal((await get('/pets.html', {}, 'HEAD')).status, 401)
    assert.equal((await get('/pets.html', { authorization, 'x-http-method-override': 'GET' }, 'POST')).status, 403)
  })

  test('RS-ROU-04: fields in which a client says which request it is do nothing', async () => {
    const forged = {
      'x-original-uri': '/open.html',
      'x-original-method': 'GET',
      'x-original-url': '/open.html',
      'x-rewrite-url': '/open.html',
      'x-forwarded-uri': '/open.html',
      'x-forwarded-method': 'GET',
    }
    assert.equal((await get('/pets.html', forged)).status, 401)
    assert.equal(
      (await get('/admin/index.html', { ...forged, authorization: await tokenWith('read_pets') })).status,
      403,
    )
    assert.equal((await get('/_ambit_guard', forged)).status, 404)
  })

  test('the API is told who calls, and what a client says of himself is taken away', async () => {
    seen.length = 0
    const forged = {
      'x-auth-subject': 'eve',
      'x-auth-client': 'eve',
      'x-auth-scope': 'all',
      'x-auth-issuer': 'https://evil.example',
      x_auth_subject: 'eve',
    }
    assert.equal((await get('/behind/a', { ...forged, authorization: await tokenWith('read_pets') })).status, 200)
    assert.equal((await get('/either/a', forged)).status, 200)
    const tellers = seen.map(each => Object.fromEntries(Object.entries(each).filter(([name]) => /^x.auth/.test(name))))
    assert.deepEqual(tellers, [
      { 'x-auth-client': 'machine', 'x-auth-scope': 'read_pets', 'x-auth-issuer': issuer.issuer },
      {},
    ])
  })

  test('RS-ROU-01, RS-ROU-02: other ways to write a path open nothing', async () => {
    const authorization = `\r\nauthorization: ${await tokenWith('read_pets')}`
    const paths = [
      '/open.html/../pets.html',
      '/./pets.html',
      '//pets.html',
      '/open.html/%2e%2e/pets.html',
      '/%70ets.html',
      '/pets%2ehtml',
      '/open.html%2f..%2fpets.html',
      '/PETS.html',
      '/pets.html/',
      '/pets.html;a=1',
      '/open.html;/../pets.html',
      '/open.html%00/pets.html',
      '/behind/..%2fpets.html',
      '/either/../pets.html',
      '/either/%2e%2e/pets.html',
      '/either/..%5cpets.html',
      '/pets.html%20',
      '/pets.html#/open.html',
    ]
    for (const path of paths) {
      const bare = await exchange(port, `GET ${path} HTTP/1.1`)
      assert.match(bare, /^HTTP\/1\.1 (?:40[0134]|405) /, `${path}\n${bare}`)
      assert.ok(!bare.endsWith('pets'), path)
    }
    for (const path of [
      '/open.html/../admin/index.html',
      '//admin/index.html',
      '/%61dmin/index.html',
      '/admin//index.html',
      '/pets.html/../admin/index.html',
      '/either/../admin/index.html',
      '/admin/%69ndex.html',
    ])
      assert.match(await exchange(port, `GET ${path} HTTP/1.1${authorization}`), /^HTTP\/1\.1 (?:400|403|404) /, path)
    assert.match(await exchange(port, 'GET http://api.example/pets.html HTTP/1.1'), /^HTTP\/1\.1 401 /)
    assert.match(await exchange(port, 'GET /pets.html?/open.html HTTP/1.1'), /^HTTP\/1\.1 401 /)
  })

  test('RFC 6750 §2.3: a token in the query does not count, and beside the field is refused', async () => {
    const token = await tokenWith('read_pets')
    assert.equal((await get(`/pets.html?access_token=${token.slice(7)}`)).status, 401)
    assert.equal((await get(`/pets.html?access_token=${token.slice(7)}`, { authorization: token })).status, 401)
  })

  test('RFC 9728 §3: the metadata that the challenge names are served', async () => {
    const response = await get('/.well-known/oauth-protected-resource')
    assert.equal(response.status, 200)
    assert.deepEqual(((await response.json()) as { authorization_servers: string[] }).authorization_servers, [
      issuer.issuer,
    ])
  })

  test('where the guard is down nothing is served, not even what is public', async () => {
    const authorization = await tokenWith('read_pets')
    guardProcess?.kill()
    if (guardProcess?.exitCode === null) await once(guardProcess, 'exit')
    for (const path of ['/pets.html', '/open.html']) {
      const response = await get(path, { authorization })
      assert.equal(response.status, 500)
      assert.doesNotMatch(await response.text(), /^(?:pets|open)$/)
    }
  })
})
