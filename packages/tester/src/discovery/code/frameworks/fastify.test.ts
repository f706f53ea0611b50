import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { notesIn, routesIn } from '../testing/project.ts'

describe('Fastify', () => {
  test('shorthands, whole descriptions and plugins below their prefixes', () => {
    const files = {
      'app.ts': `
        import Fastify from 'fastify'
        import pets from './pets.js'
        const app = Fastify({ logger: true }).withTypeProvider()
        app.get('/health', async () => ({}))
        app.route({ method: ['GET', 'HEAD'], url: '/both', handler })
        app.register(pets, { prefix: '/pets' })
        await app.register(async instance => { instance.delete('/x', {}, handler) }, { prefix: '/y' })
        app.register(import('./late.js'))
      `,
      'pets.ts': `
        import type { FastifyPluginAsync } from 'fastify'
        const plugin: FastifyPluginAsync = async (fastify, options) => {
          fastify.get('/', options, list)
          fastify.get('/:id(^\\\\d+)/files/*', list)
        }
        export default plugin
      `,
      'late.ts': 'export default async function (fastify) { fastify.post("/late", handler) }',
    }
    assert.deepEqual(routesIn(files), [
      'GET /health: none',
      'GET /both: none',
      'HEAD /both: none',
      'GET /pets: none',
      'GET /pets/{id}/files/{*}: none',
      'DELETE /y/x: none',
      'POST /late: none',
    ])
    assert.deepEqual(notesIn(files), [])
  })

  test('hooks guard all routes of their context and those below, whatever the order', () => {
    const files = {
      'app.js': `
        const fastify = require('fastify')
        const fp = require('fastify-plugin')
        const app = fastify()
        app.register(fp(async shared => {
          shared.decorate('authenticate', async (request, reply) => { await request.jwtVerify() })
        }))
        app.get('/open', handler)
        app.get('/one', { onRequest: [app.authenticate] }, handler)
        app.get('/two', { preHandler: app.auth([app.authenticate, isKnown]) }, handler)
        app.get('/three', { preValidation: app.auth([app.authenticate], { relation: 'and' }) }, handler)
        app.register(async inner => {
          inner.get('/inner', handler)
          inner.addHook('onRequest', async request => request.jwtVerify())
          inner.register(async deeper => { deeper.get('/deeper', handler) })
        })
        app.register(async open => { open.get('/beside', handler); open.addHook('onSend', stamp) })
      `,
    }
    assert.deepEqual(routesIn(files), [
      'GET /open: none',
      'GET /one: token',
      'GET /two: ?fastify.auth',
      'GET /three: token',
      'GET /inner: token',
      'GET /deeper: token',
      'GET /beside: none',
    ])
  })

  test('a package of bearer tokens guards the context it is registered in', () => {
    const files = {
      'app.js': `
        import Fastify from 'fastify'
        import bearer from '@fastify/bearer-auth'
        const app = Fastify()
        app.register(async inner => { inner.register(bearer, { keys }); inner.get('/in', handler) })
        app.get('/out', handler)
      `,
    }
    assert.deepEqual(routesIn(files), ['GET /in: token', 'GET /out: none'])
  })

  test('folders that are loaded by themselves are prefixes', () => {
    const files = {
      'app.js': `
        const path = require('node:path')
        const AutoLoad = require('@fastify/autoload')
        module.exports = async function (fastify, opts) {
          fastify.register(AutoLoad, { dir: path.join(__dirname, 'routes'), options: Object.assign({}, opts) })
        }
      `,
      'routes/root.js': 'module.exports = async fastify => { fastify.get("/", handler) }',
      'routes/pets/_id/index.js': 'module.exports = async fastify => { fastify.get("/toys", handler) }',
      'routes/shops/own.js':
        'export default async fastify => { fastify.get("/", handler) }; export const autoPrefix = "/own"',
    }
    assert.deepEqual(routesIn(files), ['GET /pets/{id}/toys: none', 'GET /: none', 'GET /shops/own: none'])
    const unknown = { 'app.js': 'require("fastify")().register(require("@fastify/autoload"), { dir: folder() })' }
    assert.deepEqual(notesIn(unknown), ['app.js:1 which folder is loaded here is known only when it runs !'])
  })
})
