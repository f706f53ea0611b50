// Hono, for Deno, Bun and Workers: `export default app`. Node has no server of that kind, so `node hono.ts` asks itself once.
import { createGuard, discoverIssuer } from '@ambit/resource'
import { accessOf, honoGuard } from '@ambit/resource/hono'
import { defineScopes } from '@ambit/scope'
import { Hono } from 'hono'

const { ISSUER = 'http://localhost:4000', RESOURCE = 'https://api.example.com/pets', TOKEN = '' } = process.env
const catalogue = defineScopes({ scopes: { read_pets: {}, write_pets: { implies: ['read_pets'] } } })
const guard = createGuard({ issuers: [discoverIssuer(ISSUER)], resource: RESOURCE, catalogue })
const protect = honoGuard(guard)

export const app = new Hono()
app.get('/pets', protect('read_pets'), context => context.json({ pets: ['Bello'], by: accessOf(context).clientId }))

const answer = await app.request('/pets', { headers: { authorization: `Bearer ${TOKEN}` } })
console.log(answer.status, await answer.text())
