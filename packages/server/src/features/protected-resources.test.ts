import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWorld } from '../testing/authorize.ts'
import { inventory, pets } from '../testing/catalogue.ts'
import { protectedResources } from './protected-resources.ts'

const of = (resource: string) => ({ resource, name: 'An API', tokenFormat: 'jwt' as const })

test('RFC 9728 §4: the metadata name the resources that tokens are issued for', async () => {
  const { server } = await openWorld({ features: [protectedResources()] })
  assert.deepEqual(server.metadata.protected_resources, [pets, inventory])
})

test('RFC 9728 §4: without the feature the metadata name none', async () => {
  const { server } = await openWorld()
  assert.equal(server.metadata.protected_resources, undefined)
})

test('RFC 9728 §1.2: a resource whose identifier is no https URL has no metadata and is not named', async () => {
  const resources = [pets, 'urn:example:api', 'http://api.example', 'http://127.0.0.1:9000/mcp'].map(of)
  const { server } = await openWorld({ features: [protectedResources()], resources: [...resources, of(inventory)] })
  assert.deepEqual(server.metadata.protected_resources, [pets, 'http://127.0.0.1:9000/mcp', inventory])
})

test('a server without a resource that can be named does not start with protectedResources', async () => {
  const given = { features: [protectedResources()], resources: [of('urn:example:api')] }
  await assert.rejects(openWorld(given), /https identifier is wanted by `protectedResources`/)
})
