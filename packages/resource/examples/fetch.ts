// Request → Response, as Deno, Bun and Workers serve it. Node has no server of that kind, so `node fetch.ts` asks itself once.
import { createGuard, discoverIssuer } from '@ambit/resource'
import { fetchGuard } from '@ambit/resource/fetch'
import { defineScopes } from '@ambit/scope'

const { ISSUER = 'http://localhost:4000', RESOURCE = 'https://api.example.com/pets', TOKEN = '' } = process.env
const catalogue = defineScopes({ scopes: { read_pets: {}, write_pets: { implies: ['read_pets'] } } })
const guard = createGuard({ issuers: [discoverIssuer(ISSUER)], resource: RESOURCE, catalogue })
const protect = fetchGuard(guard)

export const listPets = protect('read_pets', (_request, access) =>
  Response.json({ pets: ['Bello'], by: access.clientId }),
)

const answer = await listPets(new Request(RESOURCE, { headers: { authorization: `Bearer ${TOKEN}` } }))
console.log(answer.status, await answer.text())
