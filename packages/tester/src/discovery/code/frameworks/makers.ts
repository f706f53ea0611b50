import type { External } from '../machine/machine.ts'
import { asText, type Call, nothing, ownMember, recordOf, type Value } from '../machine/value.ts'
import { createRouter, type Framework } from './router.ts'
import { routerOf } from './routers-in.ts'

function maker(framework: Framework, isApp: boolean): External {
  return (call, machine) => {
    const prefix = asText(ownMember(call.args[0], 'prefix')) ?? ''
    return { kind: 'router', router: createRouter(machine, { framework, isApp, prefix, place: placeOf(call) }) }
  }
}

function placeOf({ node, scope }: Call) {
  return scope.file.placeOf(node)
}

/** The first argument, which is all that counts. */
const same: External = ({ args: [value] }) => value ?? nothing

/** `mount('/path', app)` of koa-mount. */
const mountAt: External = ({ args }, machine) => {
  const [path, app] = args.length > 1 ? args : [undefined, ...args]
  const found = app === undefined ? undefined : routerOf(machine, app)
  if (found === undefined) return app ?? nothing
  return { ...found, mountAt: asText(path) ?? '' }
}

/** A plugin that shares the instance it is registered with. */
const shared: External = ({ args: [plugin] }) =>
  plugin?.kind === 'function' ? { ...plugin, isShared: true } : (plugin ?? nothing)

/** A request handler of Hono's own factory: `factory.createHandlers(guard, handler)`. */
const handlers: External = ({ args }): Value => ({ kind: 'list', items: [...args] })

/** What makes apps and routers, by module and name. */
export const makers: Readonly<Record<string, External>> = {
  express: maker('express', true),
  'express.application': maker('express', true),
  'express.Router': maker('express', false),
  router: maker('express', false),
  'express-promise-router': maker('express', false),
  '@root/async-router.Router': maker('express', false),
  'express-ws': ({ args: [app] }) => recordOf({ app: app ?? nothing }),
  fastify: maker('fastify', true),
  'fastify.fastify': maker('fastify', true),
  'fastify.Fastify': maker('fastify', true),
  'fastify-plugin': shared,
  'fastify-plugin.fp': shared,
  'fastify-plugin.fastifyPlugin': shared,
  'hono.Hono': maker('hono', true),
  'hono/quick.Hono': maker('hono', true),
  'hono/tiny.Hono': maker('hono', true),
  '@hono/zod-openapi.OpenAPIHono': maker('hono', true),
  '@hono/zod-openapi.createRoute': same,
  'hono/factory.createMiddleware': same,
  'hono/factory.createFactory.createHandlers': handlers,
  koa: maker('koa', true),
  'koa-router': maker('koa', false),
  '@koa/router': maker('koa', false),
  '@koa/router.Router': maker('koa', false),
  'koa-better-router': maker('koa', false),
  'koa-joi-router': maker('koa', false),
  'koa-mount': mountAt,
  'koa-compose': same,
}
