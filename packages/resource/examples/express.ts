// Express: `node express.ts`, then `curl -H "authorization: Bearer $TOKEN" http://localhost:3000/pets`
import { createGuard, discoverIssuer } from '@ambit/resource'
import { accessOf, expressGuard } from '@ambit/resource/express'
import { defineScopes } from '@ambit/scope'
import express from 'express'

const { ISSUER = 'http://localhost:4000', RESOURCE = 'https://api.example.com/pets', PORT = '3000' } = process.env
const catalogue = defineScopes({ scopes: { read_pets: {}, write_pets: { implies: ['read_pets'] } } })
const guard = createGuard({ issuers: [discoverIssuer(ISSUER)], resource: RESOURCE, catalogue })
const protect = expressGuard(guard)
const pets = ['Bello']

const app = express().use(express.json())
app.get('/pets', protect('read_pets'), (_request, response) => void response.json(pets))
app.post('/pets', protect({ scope: 'write_pets', maxAge: 3600 }), (request, response) => {
  pets.push(`a pet of ${accessOf(request).subject}`)
  response.status(201).json(pets)
})
const server = app.listen(Number(PORT), () => console.log('listening', server.address()))
