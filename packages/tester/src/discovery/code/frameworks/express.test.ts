import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { notesIn, readProject, routesIn } from '../testing/project.ts'

describe('Express', () => {
  test('methods, chains, lists of paths, and routers across files, below their prefixes', () => {
    const files = {
      'src/app.ts': `
        import express from 'express'
        import { petsRouter } from './pets/index.js'
        const app = express()
        app.get('/health', (req, res) => res.json({}))
        app.use('/v1', petsRouter)
        app.all(['/a', '/b'], handler)
        app.set('view engine', 'pug')
        app.get('view engine')
      `,
      'src/pets/index.ts': `
        import { Router } from 'express'
        import orders from './orders'
        import { paths } from '../paths'
        export const petsRouter = Router()
        petsRouter.route(paths.pets).get(list).post(add)
        petsRouter.delete(\`\${paths.pets}/:id(\\\\d+)\`, remove)
        petsRouter.use(paths.orders, orders)
      `,
      'src/pets/orders.js': `
        const express = require('express')
        const router = express.Router()
        router.get('/', (req, res) => {})
        module.exports = router
      `,
      'src/paths.ts': `export const paths = { pets: '/pets', orders: '/orders' } as const`,
    }
    assert.deepEqual(routesIn(files), [
      'GET /health: none',
      'GET /v1/pets: none',
      'POST /v1/pets: none',
      'DELETE /v1/pets/{id}: none',
      'GET /v1/orders: none',
      '* /a: none',
      '* /b: none',
    ])
    assert.deepEqual(notesIn(files), [])
    assert.equal(readProject(files).isComplete, true)
  })

  test('a guard counts for what is registered behind it and below its path, also in a router that let the call pass', () => {
    const files = {
      'app.js': `
        const express = require('express')
        const { auth, requiredScopes, scopeIncludesAny } = require('express-oauth2-jwt-bearer')
        const app = express()
        app.get('/before', h)
        app.use('/api', auth())
        app.get('/api/any', h)
        app.get('/api/all', requiredScopes('read:a read:b'), h)
        app.get('/api/one', [scopeIncludesAny(['x', 'y'])], h)
        app.get('/apiary', h)
        const inner = express.Router()
        inner.use(auth())
        app.use('/inner', inner)
        app.get('/inner/behind', h)
        app.get('/behind', h)
      `,
    }
    assert.deepEqual(routesIn(files), [
      'GET /before: none',
      'GET /api/any: token',
      'GET /api/all: read:a+read:b',
      'GET /api/one: x or y',
      'GET /apiary: none',
      'GET /inner/behind: token',
      'GET /behind: none',
    ])
  })

  test('routes of classes, functions, loops and tables', () => {
    const files = {
      'server.ts': `
        import express, { type Application, Router } from 'express'
        class Pets {
          public router = Router()
          constructor(private readonly path: string) { this.register() }
          private register() {
            this.router.get(this.path, this.list)
            this.router.post(\`\${this.path}/:id\`, this.list.bind(this))
          }
          list = (req, res) => {}
        }
        class Server {
          app: Application
          constructor(routes: Pets[]) {
            this.app = express()
            routes.forEach(route => this.app.use('/', route.router))
          }
        }
        new Server([new Pets('/pets')])
        enum Paths { Shops = '/shops' }
        function table(app: Application) {
          const rows = [{ method: 'put', path: Paths.Shops }, { method: 'patch', path: '/shops/:id?' }] as const
          for (const { method, path } of rows) app[method](path, handle)
          Object.entries({ '/x': a, '/y': b }).map(([path, handler]) => app.get(path, handler))
        }
        const other = express()
        table(other)
      `,
    }
    assert.deepEqual(routesIn(files), [
      'GET /pets: none',
      'POST /pets/{id}: none',
      'PUT /shops: none',
      'PATCH /shops: none',
      'PATCH /shops/{id}: none',
      'GET /x: none',
      'GET /y: none',
    ])
  })

  test('what compilers make of modules', () => {
    const files = {
      'dist/app.js': `
        "use strict";
        var __importDefault = (this && this.__importDefault) || function (mod) { return mod; };
        Object.defineProperty(exports, "__esModule", { value: true });
        const express_1 = __importDefault(require("express"));
        const pets_1 = __importDefault(require("./pets"));
        const shops_1 = require("./shops");
        const app = (0, express_1.default)();
        app.use('/pets', pets_1.default);
        app.use('/shops', (0, shops_1.shops)());
        exports.default = app;
      `,
      'dist/pets.js': `
        Object.defineProperty(exports, "__esModule", { value: true });
        const express_1 = require("express");
        const router = (0, express_1.Router)();
        router.get('/', h);
        exports.default = router;
      `,
      'dist/shops.js': `
        __exportStar(require("./inner"), exports);
      `,
      'dist/inner.js': `
        exports.shops = shops;
        function shops() { const router = require('express').Router(); router.get('/:id', h); return router; }
      `,
    }
    assert.deepEqual(routesIn(files), ['GET /pets: none', 'GET /shops/{id}: none'])
  })

  test('what nobody calls is followed too, and told', () => {
    const files = {
      'routes.js': `
        module.exports = app => {
          app.get('/alone', h)
          app.use('/sub', isAdmin)
          app.get('/sub/x', h)
        }
      `,
      'lost.js': `
        const express = require('express')
        const router = express.Router()
        router.get('/lost', h)
      `,
    }
    assert.deepEqual(routesIn(files), ['GET /lost: none', 'GET /alone: none', 'GET /sub/x: ?isAdmin'])
    assert.deepEqual(notesIn(files), [
      'lost.js:3 nobody in the code mounts this router; its paths may lack their beginning',
      'routes.js:2 nobody in the code gives a router to this; its paths may lack their beginning',
    ])
  })

  test('what cannot be known is noted with its line, and hides no route silently', () => {
    const noted: readonly (readonly [line: string, note: string])[] = [
      ['app.get(process.env.PATH_OF_PETS, h)', 'the path of this route is known only when it runs !'],
      ['app[method()]("/x", h)', 'which method is registered here is known only when it runs !'],
      ['app.get(/^\\/a(b|c)+$/, h)', 'the path `/^\\/a(b|c)+$/` is not read !'],
      ['app.use("/proxy", createProxy())', 'what answers below `/proxy` is not read !'],
      ['app.use("/static", serve("public"))', 'what answers below `/static` is not read'],
      ['require("./" + name)', 'which file is loaded here is known only when it runs !'],
      ['require("./gone")', '`./gone` is not among the files that were read !'],
      ['app.get(`${base()}/x`, h)', 'a part of this path is known only when it runs'],
      [
        'unheardOf.router.get("/x", h)',
        'this reads like a route, and `unheardOf.router` is no router as far as reading tells !',
      ],
    ]
    for (const [line, note] of noted)
      assert.deepEqual(notesIn({ 'app.js': `const app = require('express')()\n${line}` }), [`app.js:2 ${note}`], line)
  })

  test('a syntax error is a note with its line, and the other files are read', () => {
    const files = { 'broken.js': 'const a = 1\nfoo(;', 'app.js': 'require("express")().get("/x", h)' }
    assert.deepEqual(routesIn(files), ['GET /x: none'])
    assert.match(notesIn(files)[0] ?? '', /^broken\.js:2 it cannot be read: .* !$/)
  })

  test('names of a compiler’s paths, of workspaces and of packages lead to files', () => {
    const files = {
      'tsconfig.json': '{ // paths\n "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"] }, } }',
      'package.json': '{ "imports": { "#inner/*": "./inner/*.js" } }',
      'packages/shared/package.json': '{ "name": "@shop/shared" }',
      'packages/shared/src/index.ts': 'export const prefix = "/shared"',
      'inner/paths.js': 'export const inner = "/inner"',
      'src/pets.ts': 'import { Router } from "express"; export default Router().get("/pets", h)',
      'app.ts': `
        import express from 'express'
        import pets from '@/pets'
        import { prefix } from '@shop/shared'
        import { inner } from '#inner/paths'
        express().use(prefix, pets).use(inner, pets)
      `,
    }
    assert.deepEqual(routesIn(files), ['GET /shared/pets: none', 'GET /inner/pets: none'])
  })

  test('a program that never ends is followed to a limit, and that is told', () => {
    const files = { 'app.js': 'const f = x => { f(x + "a"); f(x + "b"); f(x + "c") }; for (;;) f("")' }
    assert.deepEqual(routesIn(files), [])
  })
})
