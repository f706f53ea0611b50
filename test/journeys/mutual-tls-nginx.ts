// RFC 9440 §4, nginx ngx_http_ssl_module
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Where nginx is, if it is installed. */
export const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find(
  path => spawnSync(path, ['-v']).status === 0,
)

/** What nginx stands before, and where. */
export type NginxPlace = { readonly folder: string; readonly port: number; readonly serverPort: number }

/** Starts an nginx that ends TLS, and tells the server behind it which certificate the client has; answers how to stop it. */
export async function startNginx({ folder, port, serverPort }: NginxPlace): Promise<() => Promise<void>> {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `${name}_temp_path ${folder}/${name};`,
  )
  const configuration = `worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/server.pem;
    ssl_certificate_key ${folder}/server.key;
    ssl_client_certificate ${folder}/clients.pem;
    ssl_verify_client optional_no_ca;
    location / {
      proxy_pass http://127.0.0.1:${serverPort};
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;
      proxy_set_header X-SSL-Client-Verify $ssl_client_verify;
    }
  }
}`
  writeFileSync(join(folder, 'nginx.conf'), configuration)
  const child = spawn(nginx ?? '', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], {
    stdio: 'ignore',
  })
  await untilListening(port)
  return () => stop(child)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
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
