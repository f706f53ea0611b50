// node:http: `node node-http.ts`, then `curl -H "authorization: Bearer $TOKEN" http://localhost:3000/pets`
import { createServer, type RequestListener } from 'node:http'
import { createGuard, discoverIssuer } from '@ambit/resource'
import { nodeGuard } from '@ambit/resource/node'
import { defineScopes } from '@ambit/scope'

const { ISSUER = 'http://localhost:4000', RESOURCE = 'https://api.example.com/pets', PORT = '3000' } = process.env
const catalogue = defineScopes({ scopes: { read_pets: {}, write_pets: { implies: ['read_pets'] } } })
const guard = createGuard({ issuers: [discoverIssuer(ISSUER)], resource: RESOURCE, catalogue })
const protect = nodeGuard(guard)
const pets = ['Bello']

const routes: Readonly<Record<string, RequestListener>> = {
  'GET /pets': protect('read_pets', (_incoming, outgoing) => void outgoing.end(JSON.stringify(pets))),
  'POST /pets': protect({ scope: 'write_pets', maxAge: 3600 }, (_incoming, outgoing, access) => {
    pets.push(`a pet of ${access.subject}`)
    outgoing.writeHead(201).end(JSON.stringify(pets))
  }),
}
const server = createServer((incoming, outgoing) => {
  const route = routes[`${incoming.method} ${incoming.url}`]
  if (route) route(incoming, outgoing)
  else outgoing.writeHead(404).end()
})
server.listen(Number(PORT), () => console.log('listening', server.address()))
