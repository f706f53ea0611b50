import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { notesIn, routesIn } from '../testing/project.ts'

describe('Hono', () => {
  test('methods, chains, base paths and mounted apps', () => {
    const files = {
      'app.ts': `
        import { Hono } from 'hono'
        import pets from './pets'
        const app = new Hono<{ Bindings: Env }>().basePath('/api')
        app.get('/health', c => c.text('ok')).post(c => c.text('posted'))
        app.on(['PUT', 'PATCH'], ['/a', '/b/:id{[0-9]+}'], c => c.text(''))
        app.route('/pets', pets)
        app.all('*', c => c.notFound())
        export default app
      `,
      'pets.ts': `
        import { Hono } from 'hono'
        const pets = new Hono()
        pets.get('/', list).get('/:id?', show)
        export default pets
      `,
    }
    assert.deepEqual(routesIn(files), [
      'GET /api/health: none',
      'POST /api/health: none',
      'PUT /api/a: none',
      'PUT /api/b/{id}: none',
      'PATCH /api/a: none',
      'PATCH /api/b/{id}: none',
      'GET /api/pets: none',
      'GET /api/pets: none',
      'GET /api/pets/{id}: none',
      '* /api/{*}: none',
    ])
    assert.deepEqual(notesIn(files), [])
  })

  test('middleware guards what is registered behind it and fits its pattern', () => {
    const files = {
      'app.ts': `
        import { Hono } from 'hono'
        import { jwt } from 'hono/jwt'
        import { bearerAuth } from 'hono/bearer-auth'
        import { except } from 'hono/combine'
        const app = new Hono()
        app.get('/before', h)
        app.use('/pets/*', jwt({ secret }))
        app.use('/exactly', bearerAuth({ token }))
        app.get('/pets', h)
        app.get('/pets/:id', h)
        app.get('/exactly', h)
        app.get('/exactly/not', h)
        app.get('/own', jwt({ secret }), h)
        app.use(except('/open/*', jwt({ secret })))
        app.get('/open/x', h)
        app.get('/shut', h)
      `,
    }
    assert.deepEqual(routesIn(files), [
      'GET /before: none',
      'GET /pets: token',
      'GET /pets/{id}: token',
      'GET /exactly: token',
      'GET /exactly/not: none',
      'GET /own: token',
      'GET /open/x: none',
      'GET /shut: token',
    ])
  })

  test('routes that are described for a document', () => {
    const files = {
      'app.ts': `
        import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
        import { jwt } from 'hono/jwt'
        const route = createRoute({ method: 'get', path: '/pets/{id}', middleware: [jwt({ secret })], responses: {} })
        new OpenAPIHono().openapi(route, c => c.json({}))
      `,
    }
    assert.deepEqual(routesIn(files), ['GET /pets/{id}: token'])
  })
})
