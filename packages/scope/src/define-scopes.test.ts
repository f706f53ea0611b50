import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CatalogueError, type CatalogueProblem } from './catalogue-error.ts'
import type { CatalogueDeclaration } from './declaration.ts'
import { defineScopes } from './define-scopes.ts'

// declarations that come from where types are not checked
function problemsOf(declaration: unknown): readonly CatalogueProblem[] {
  try {
    defineScopes(declaration as CatalogueDeclaration)
  } catch (error) {
    if (error instanceof CatalogueError) return error.problems
    throw error
  }
  return []
}

const integer = { parameters: { id: 'integer' } }

type Case = readonly [what: string, declaration: unknown, path: string, message: RegExp]

const CASES: readonly Case[] = [
  ['no object', 'scopes', 'scopes', /an object with a declaration for each scope/],
  ['scopes that are a list', { scopes: [] }, 'scopes', /an object with a declaration/],
  ['an unknown key of the catalogue', { scopes: {}, scope: {} }, 'scope', /^unknown key/],
  ['an unknown key of a scope', { scopes: { a: { implied: [] } } }, 'scopes.a.implied', /^unknown key, known are `/],
  ['a scope that is no object', { scopes: { a: true } }, 'scopes.a', /an object is wanted/],
  ['a name with a space', { scopes: { 'a b': {} } }, 'scopes.a b', /a scope-token is wanted/],
  ['a name with a quotation mark', { scopes: { 'a"': {} } }, 'scopes.a"', /a scope-token is wanted/],
  ['an empty name', { scopes: { '': {} } }, 'scopes.', /a scope-token is wanted/],
  ['an unknown name in implies', { scopes: { a: { implies: ['b'] } } }, 'scopes.a.implies', /`b` is not declared/],
  ['a scope that implies itself', { scopes: { a: { implies: ['a'] } } }, 'scopes.a.implies', /covers itself/],
  [
    'a cycle of implies',
    { scopes: { a: { implies: ['b'] }, b: { implies: ['a'] } } },
    'scopes.a',
    /`a` covers `b` covers `a`/,
  ],
  [
    'a cycle of implies and names',
    { scopes: { a: {}, 'a:b': { implies: ['a'] } } },
    'scopes.a',
    /`a` covers `a:b` covers `a`/,
  ],
  [
    'a cycle through instances',
    { scopes: { w: { coversInstances: ['a:{id}'] }, 'a:{id}': { ...integer, implies: ['w'] } } },
    'scopes.w',
    /a cycle/,
  ],
  ['a resource that is no URI', { scopes: { a: { resource: 'api' } } }, 'scopes.a.resource', /absolute URI/],
  [
    'a resource with a fragment',
    { scopes: { a: { resource: 'https://a.example/#b' } } },
    'scopes.a.resource',
    /without a fragment/,
  ],
  [
    'a lifetime of zero',
    { scopes: { a: { accessTokenTtl: 0 } } },
    'scopes.a.accessTokenTtl',
    /whole number of at least 1/,
  ],
  ['a lifetime that is a text', { scopes: { a: { accessTokenTtl: '60' } } }, 'scopes.a.accessTokenTtl', /whole number/],
  ['a broken lifetime', { scopes: { a: { accessTokenTtl: 1.5 } } }, 'scopes.a.accessTokenTtl', /whole number/],
  ['a version of zero', { scopes: { a: { version: 0 } } }, 'scopes.a.version', /whole number/],
  [
    'an unknown consent',
    { scopes: { a: { consent: 'always' } } },
    'scopes.a.consent',
    /`ask`, `pre-granted` or `mandatory`/,
  ],
  ['an unknown risk', { scopes: { a: { risk: 'high' } } }, 'scopes.a.risk', /`ordinary`, `sensitive` or `dangerous`/],
  ['an empty title', { scopes: { a: { title: '' } } }, 'scopes.a.title', /a text/],
  ['a title for no language', { scopes: { a: { title: {} } } }, 'scopes.a.title', /a text per language tag/],
  ['a description that is a number', { scopes: { a: { description: 1 } } }, 'scopes.a.description', /a text/],
  ['a default that is a text', { scopes: { a: { default: 'yes' } } }, 'scopes.a.default', /true or false/],
  [
    'grant types that are a text',
    { scopes: { a: { grantTypes: 'refresh_token' } } },
    'scopes.a.grantTypes',
    /a list of names/,
  ],
  ['an empty acr', { scopes: { a: { acr: '' } } }, 'scopes.a.acr', /not empty/],
  ['a deprecation without words', { scopes: { a: { deprecated: '' } } }, 'scopes.a.deprecated', /what to use instead/],
  [
    'a parameter without a type',
    { scopes: { 'a:{id}': {} } },
    'scopes.a:{id}.parameters',
    /parameter `id` has no type/,
  ],
  ['a type without a parameter', { scopes: { a: integer } }, 'scopes.a.parameters.id', /the name holds no `\{id\}`/],
  [
    'an unknown parameter type',
    { scopes: { 'a:{id}': { parameters: { id: 'int' } } } },
    'scopes.a:{id}.parameters.id',
    /`string`, `integer`/,
  ],
  [
    'an empty list of values',
    { scopes: { 'a:{id}': { parameters: { id: [] } } } },
    'scopes.a:{id}.parameters.id',
    /list of values/,
  ],
  [
    'a listed value with a colon',
    { scopes: { 'a:{id}': { parameters: { id: ['b:c'] } } } },
    'scopes.a:{id}.parameters.id',
    /list of values/,
  ],
  [
    'parameters that are a list',
    { scopes: { a: { parameters: ['id'] } } },
    'scopes.a.parameters',
    /a type for each parameter/,
  ],
  [
    'a parameter that is part of a segment',
    { scopes: { 'a:x{id}': integer } },
    'scopes.a:x{id}',
    /fill a whole segment/,
  ],
  [
    'a parameter in a URI',
    { scopes: { 'https://a.example/{id}': integer } },
    'scopes.https://a.example/{id}',
    /fill a whole segment/,
  ],
  ['a parameter twice', { scopes: { '{id}:{id}': integer } }, 'scopes.{id}:{id}', /may stand in a name once/],
  [
    'a value that is a verb',
    { scopes: { 'a:{id}': { parameters: { id: ['read'] } } } },
    'scopes.a:{id}.parameters.id',
    /`read` is a verb/,
  ],
  [
    'a default with parameters',
    { scopes: { 'a:{id}': { ...integer, default: true } } },
    'scopes.a:{id}.default',
    /no value/,
  ],
  [
    'a listed scope with parameters',
    { scopes: { 'a:{id}': { ...integer, listed: true } } },
    'scopes.a:{id}.listed',
    /no value/,
  ],
  [
    'two names that match the same token',
    { scopes: { 'a:{id}': { parameters: { id: 'string' } }, 'a:b': {} } },
    'scopes.a:{id}',
    /a token can match this name and `a:b`/,
  ],
  [
    'two parameterised names that match the same token',
    { scopes: { 'a:{id}': integer, 'a:{key}': { parameters: { key: 'string' } } } },
    'scopes.a:{id}',
    /and `a:\{key\}`/,
  ],
  [
    'a list with a value that another type takes',
    { scopes: { 'a:{x}': { parameters: { x: ['b', '1'] } }, 'a:{y}': { parameters: { y: 'integer' } } } },
    'scopes.a:{x}',
    /and `a:\{y\}`/,
  ],
  [
    'two lists that share a value',
    { scopes: { 'a:{x}': { parameters: { x: ['1', 'b'] } }, 'a:{y}': { parameters: { y: ['b'] } } } },
    'scopes.a:{x}',
    /and `a:\{y\}`/,
  ],
  [
    'implies of all instances',
    { scopes: { w: { implies: ['a:{id}'] }, 'a:{id}': integer } },
    'scopes.w.implies',
    /name it in coversInstances/,
  ],
  [
    'implies of a parameter without value',
    { scopes: { 'a:{id}': { ...integer, implies: ['b:{key}'] }, 'b:{key}': { parameters: { key: 'string' } } } },
    'scopes.a:{id}.implies',
    /has a parameter `key`, for which there is no value here/,
  ],
  [
    'implies of a parameter of another type',
    { scopes: { 'a:{id}': { ...integer, implies: ['b:{id}'] }, 'b:{id}': { parameters: { id: 'uuid' } } } },
    'scopes.a:{id}.implies',
    /parameter `id` has another type/,
  ],
  [
    'instances of a scope without parameters',
    { scopes: { w: { coversInstances: ['a'] }, a: {} } },
    'scopes.w.coversInstances',
    /`a` has no parameter/,
  ],
  [
    'instances of an unknown scope',
    { scopes: { w: { coversInstances: ['a'] } } },
    'scopes.w.coversInstances',
    /`a` is not declared/,
  ],
  [
    'a parameterised scope that covers all instances',
    { scopes: { 'a:{id}': { ...integer, coversInstances: ['b:{id}'] }, 'b:{id}': integer } },
    'scopes.a:{id}.coversInstances',
    /only an unparameterised scope/,
  ],
  [
    'two wide scopes with nothing in common that stands for all instances',
    { scopes: { v: { coversInstances: ['a:{id}'] }, w: { coversInstances: ['a:{id}'] }, 'a:{id}': integer } },
    'scopes.a:{id}',
    /`v`, `w` cover every instance/,
  ],
  ['segments that are no flag', { segments: 'no', scopes: {} }, 'segments', /true or false/],
  ['verbs without segments', { segments: false, verbs: ['read'], scopes: {} }, 'verbs', /mean nothing/],
  ['verbs that are a text', { verbs: 'read', scopes: {} }, 'verbs', /a list of verbs/],
  ['a verb with a colon', { verbs: ['a:b'], scopes: {} }, 'verbs', /`a:b` is no verb/],
  ['a verb that is no text', { verbs: [1], scopes: {} }, 'verbs', /`1` is no verb/],
  ['an unknown key of a verb', { verbs: { read: { include: [] } }, scopes: {} }, 'verbs.read.include', /^unknown key/],
  ['a verb that is no object', { verbs: { read: true }, scopes: {} }, 'verbs.read', /an object/],
  [
    'verb includes that are a text',
    { verbs: { read: { includes: 'x' } }, scopes: {} },
    'verbs.read.includes',
    /a list of verbs/,
  ],
  [
    'an unknown verb in includes',
    { verbs: { read: { includes: ['see'] } }, scopes: {} },
    'verbs.read.includes',
    /`see` is no verb/,
  ],
  [
    'a cycle of verbs',
    { verbs: { a: { includes: ['b'] }, b: { includes: ['a'] } }, scopes: {} },
    'verbs.a.includes',
    /`b` leads back to `a`/,
  ],
  [
    'a verb that includes itself',
    { verbs: { a: { includes: ['a'] } }, scopes: {} },
    'verbs.a.includes',
    /`a` leads back to `a`/,
  ],
]

describe('a catalogue is checked when it is defined', () => {
  for (const [what, declaration, path, message] of CASES) {
    test(`${what} is a problem`, () => {
      const problems = problemsOf(declaration)
      const found = problems.find(problem => problem.path === path && message.test(problem.message))
      assert.ok(found, `no such problem among ${JSON.stringify(problems)}`)
    })
  }

  test('all problems are told at once', () => {
    const problems = problemsOf({
      verb: {},
      scopes: {
        a: { implies: ['nope'], risk: 'high' },
        b: { implies: ['c'] },
        c: { implies: ['b'] },
        d: { implies: ['e'] },
        e: { implies: ['d'] },
        'f g': {},
      },
    })
    const paths = problems.map(problem => problem.path)
    assert.deepEqual(paths, ['verb', 'scopes.a.risk', 'scopes.f g', 'scopes.a.implies', 'scopes.b', 'scopes.d'])
  })

  test('the error lists each problem with its place', () => {
    const define = () => defineScopes({ scopes: { a: { accessTokenTtl: -1 }, b: { version: 0 } } })
    assert.throws(define, {
      name: 'CatalogueError',
      message: /2 problem\(s\)\n {2}scopes\.a\.accessTokenTtl: .+\n {2}scopes\.b\.version: /,
    })
  })

  test('a catalogue without problems is none', () => {
    assert.deepEqual(problemsOf({ scopes: {} }), [])
    assert.deepEqual(
      problemsOf({ verbs: ['read'], scopes: { 'a:{id}': { parameters: { id: 'string' } }, 'a:read': {} } }),
      [],
    )
    assert.deepEqual(
      problemsOf({ scopes: { 'a:{id}': integer, 'a:b': {}, 'a:{key}': { parameters: { key: 'uuid' } } } }),
      [],
    )
  })
})
