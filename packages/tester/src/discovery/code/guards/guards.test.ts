import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { notesIn, readProject, routesIn } from '../testing/project.ts'
import { soundsLikeGuard } from './names.ts'

/** The guard of one Express route that has this middleware. */
function guardOf(
  middleware: string,
  { before = '', guards = {}, handler = '(req, res) => {}' } = {},
): string | undefined {
  const text = `${before}\nconst app = require('express')()\napp.get('/x', ${middleware}${middleware === '' ? '' : ','} ${handler})`
  return routesIn({ 'app.js': text }, { guards })[0]?.replace('GET /x: ', '')
}

describe('guards of packages', () => {
  const known: readonly (readonly [before: string, middleware: string, guard: string])[] = [
    ['import { auth } from "express-oauth2-jwt-bearer"', 'auth()', 'token'],
    ['import { auth } from "express-oauth2-jwt-bearer"', 'auth({ authRequired: false })', 'none'],
    ['import { requiredScopes } from "express-oauth2-jwt-bearer"', 'requiredScopes(["a", "b"])', 'a+b'],
    ['import * as bearer from "express-oauth2-jwt-bearer"', 'bearer.claimIncludes("scope", "a", "b")', 'a+b'],
    ['import * as bearer from "express-oauth2-jwt-bearer"', 'bearer.claimIncludes("roles", "a")', '?claimIncludes'],
    ['import { expressjwt as jwt } from "express-jwt"', 'jwt({ secret })', 'token'],
    ['const jwt = require("express-jwt")', 'jwt({ credentialsRequired: false })', 'none'],
    ['const jwt = require("express-jwt")', 'jwt({ secret }).unless({ path: ["/x"] })', 'none'],
    ['const jwt = require("express-jwt")', 'jwt({ secret }).unless({ path: ["/y"] })', 'token'],
    ['const jwt = require("express-jwt")', 'jwt({ secret }).unless(fits)', '?unless'],
    ['const authz = require("express-jwt-authz")', 'authz(["a", "b"])', 'a or b'],
    ['const authz = require("express-jwt-authz")', 'authz(["a", "b"], { checkAllScopes: true })', 'a+b'],
    ['const passport = require("passport")', 'passport.authenticate("jwt", { session: false })', 'token'],
    ['const passport = require("passport")', 'passport.authenticate(["bearer", "anonymous"])', 'none'],
    ['const passport = require("passport")', 'passport.authenticate("local")', "?passport.authenticate('local')"],
    ['const passport = require("passport")', 'passport.initialize()', 'none'],
  ]
  for (const [before, middleware, guard] of known)
    test(`RFC 6750 §3.1: \`${middleware}\` is ${guard}`, () => assert.equal(guardOf(middleware, { before }), guard))
})

describe('guards of this project', () => {
  const before = `
    import { createGuard } from '@ambit/resource'
    import { expressGuard } from '@ambit/resource/express'
    const guard = createGuard({ issuers, resource, catalogue })
    const protect = expressGuard(guard)
    const decide = expressGuard(createGuard({ issuers, resource, policy }))
  `
  const wanted: readonly (readonly [middleware: string, guard: string])[] = [
    ['protect("a")', 'a'],
    ['protect({ allOf: ["a", "b"] })', 'a+b'],
    ['protect({ anyOf: ["a", { allOf: ["b", "c"] }] })', 'a or b+c'],
    ['protect({ allOf: [] })', 'token'],
    ['protect({ scope: "a", maxAge: 300 })', 'a'],
    ['protect(needs())', '?protect'],
    ['decide("pet.read")', '?the policy’s action pet.read'],
  ]
  for (const [middleware, guard] of wanted)
    test(`RFC 6750 §3.1: \`${middleware}\` is ${guard}`, () => assert.equal(guardOf(middleware, { before }), guard))

  test('RFC 6750 §3.1: a guard that a handler asks itself', () => {
    const handler =
      'async (req, res) => { const guarded = await guard(req, "a"); if (guarded.kind === "refused") return }'
    assert.equal(guardOf('', { before, handler }), 'a')
  })

  test('RFC 6750 §3.1: in Fastify and Hono', () => {
    const fastify = `
      import Fastify from 'fastify'
      import { fastifyGuard } from '@ambit/resource/fastify'
      const protect = fastifyGuard(guard)
      const app = Fastify()
      app.get('/pets', { onRequest: protect('read_pets') }, h)
      app.register(async inner => { inner.addHook('onRequest', protect('admin')); inner.get('/all', h) })
    `
    assert.deepEqual(routesIn({ 'app.ts': fastify }), ['GET /pets: read_pets', 'GET /all: admin'])
    const hono = `
      import { Hono } from 'hono'
      import { honoGuard } from '@ambit/resource/hono'
      const protect = honoGuard(guard)
      new Hono().get('/pets', protect('read_pets'), h)
    `
    assert.deepEqual(routesIn({ 'app.ts': hono }), ['GET /pets: read_pets'])
  })
})

describe('guards of the project that is read', () => {
  test('told by the configuration, with or without scope', () => {
    const guards = {
      requireScope: { scopeArgument: 0, kind: 'any' },
      isLoggedIn: {},
      needs: { scopeArgument: 1 },
    } as const
    assert.equal(guardOf('isLoggedIn', { guards }), 'token')
    assert.equal(guardOf('isLoggedIn()', { guards }), 'token')
    assert.equal(guardOf('guards.requireScope("a b")', { guards }), 'a or b')
    assert.equal(guardOf('needs(role, "a", "b")', { guards }), 'a+b')
    assert.equal(guardOf('canRead', { guards, before: 'const canRead = requireScope(["a"])' }), 'a')
    assert.equal(guardOf('isLoggedIn, requireScope("a")', { guards }), 'a')
    assert.equal(guardOf('requireScope(scopes())', { guards }), '?requireScope')
    assert.match(notesIn({ 'a.js': 'requireScope(x())' }, { guards })[0] ?? '', /known only when it runs/)
  })

  test('what the configuration calls no guard is none', () => {
    assert.equal(guardOf('readToken'), '?readToken')
    assert.equal(guardOf('readToken', { guards: { readToken: false } }), 'none')
  })

  test('what sounds like a guard, or refuses, is unknown by its name and never none', () => {
    assert.equal(guardOf('isAdmin'), '?isAdmin')
    assert.equal(guardOf('only', { before: 'function only(req, res, next) { res.status(403).end() }' }), '?only')
    assert.equal(
      guardOf('(req, res, next) => { if (!req.user) throw new Forbidden(); next() }'),
      '?a function in app.js:3',
    )
    assert.equal(guardOf('wrap(isKnown)', { before: 'const isKnown = (q, s, n) => s.sendStatus(401)' }), '?wrap')
    assert.equal(guardOf('', { handler: '(req, res) => { if (!mine(req)) res.sendStatus(403) }' }), '?the handler')
    assert.equal(guardOf('parse, cors()'), 'none')
  })

  test('a known guard inside a function counts', () => {
    const before = `
      const { auth } = require('express-oauth2-jwt-bearer')
      const checkJwt = auth()
      const check = (req, res, next) => checkJwt(req, res, next)
    `
    assert.equal(guardOf('check', { before }), 'token')
    assert.equal(guardOf('checkJwt, isAdmin', { before }), '?isAdmin')
  })

  test('the place of a guard is where it is used', () => {
    const { routes } = readProject({
      'app.js': "const app = require('express')()\napp.get(\n  '/x',\n  isAdmin,\n  h,\n)",
    })
    assert.deepEqual(routes[0]?.place.line, 2)
    assert.deepEqual(routes[0]?.guard.kind === 'unknown' && routes[0].guard.place.line, 4)
  })

  test('names that sound like guards', () => {
    for (const name of [
      'isAuthenticated',
      'checkJWT',
      'auth',
      'requireUser',
      'verifyToken',
      'ScopesGuard',
      'is_admin',
      'isLoggedIn',
    ])
      assert.ok(soundsLikeGuard(name), name)
    for (const name of [
      'author',
      'listAuthors',
      'csrfToken',
      'helmet.contentSecurityPolicy',
      'accessLog',
      'json',
      'upload',
    ])
      assert.ok(!soundsLikeGuard(name), name)
  })
})
