import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { notesIn, routesIn } from '../testing/project.ts'

describe('Koa', () => {
  test('prefixes, names of routes and nested routers', () => {
    const files = {
      'app.js': `
        const Koa = require('koa')
        const Router = require('@koa/router')
        const mount = require('koa-mount')
        const pets = require('./pets')
        const app = new Koa()
        const api = new Router({ prefix: '/api' })
        api.get('home', '/', h)
        api.use('/pets', pets.routes(), pets.allowedMethods())
        app.use(api.routes()).use(api.allowedMethods())
        const other = new Koa()
        const inner = new Router()
        inner.del('/x/:id', h)
        inner.register('/many', ['GET', 'POST'], h)
        other.use(inner.routes())
        app.use(mount('/other', other))
      `,
      'pets.js': `
        const Router = require('koa-router')
        const router = new Router()
        router.prefix('/all')
        router.get(['/', '/:id'], h)
        module.exports = router
      `,
    }
    assert.deepEqual(routesIn(files), [
      'GET /api: none',
      'GET /api/pets/all: none',
      'GET /api/pets/all/{id}: none',
      'DELETE /other/x/{id}: none',
      'GET /other/many: none',
      'POST /other/many: none',
    ])
    assert.deepEqual(notesIn(files), [])
  })

  test('guards of the app hold for what follows, those of a router for its own routes', () => {
    const files = {
      'app.js': `
        import Koa from 'koa'
        import Router from '@koa/router'
        import jwt from 'koa-jwt'
        const app = new Koa()
        const [open, shut, last] = [new Router(), new Router(), new Router()]
        open.get('/open', h)
        shut.use(jwt({ secret }))
        shut.get('/shut', h)
        last.get('/last', h)
        last.get('/public/x', h)
        app.use(open.routes())
        app.use(shut.routes())
        app.use(jwt({ secret }).unless({ path: [/^\\/public/] }))
        app.use(last.routes())
      `,
    }
    assert.deepEqual(routesIn(files), [
      'GET /open: none',
      'GET /shut: token',
      'GET /last: token',
      'GET /public/x: none',
    ])
  })
})
