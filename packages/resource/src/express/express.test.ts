import assert from 'node:assert/strict'
import { test } from 'node:test'
import express, { type ErrorRequestHandler } from 'express'
import { type AdapterSetup, describeAdapter } from '../testing/adapter-suite.ts'
import { listenOn, readText } from '../testing/listening.ts'
import { sendRaw } from '../testing/raw-http.ts'
import { accessOf, expressGuard, serveMetadata } from './index.ts'

function appFor({ guard, onError, onHandled }: AdapterSetup, before: readonly express.RequestHandler[] = []) {
  const protect = expressGuard(guard)
  const router = express.Router()
  router.use(...before, (_request, _response, next) => next())
  router.get('/pets', protect('read_pets'), (request, response) => {
    onHandled()
    response.json({ subject: accessOf(request).subject })
  })
  router.post('/pets', protect('write_pets'), async (request, response) => {
    onHandled()
    response.end(typeof request.body === 'string' ? request.body : await readText(request))
  })
  router.get('/broken', protect('read_pets'), () => {
    throw new Error('the handler broke')
  })
  const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
    onError(error)
    response.status(500).end()
  }
  return express().use(serveMetadata(guard)).use('/v1', router).use(answerError)
}

describeAdapter('Express', setup => listenOn(appFor(setup)))
describeAdapter('Express, where the body is parsed before', setup =>
  listenOn(appFor(setup, [express.text({ type: '*/*' })])),
)

test('accessOf: a route without a guard gets no access, but an error that says what is missing', async t => {
  const app = express().get('/pets', (request, response) => void response.json(accessOf(request)))
  const told: unknown[] = []
  const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
    told.push(error)
    response.status(500).end()
  }
  const { port, close } = await listenOn(app.use(answerError))
  t.after(close)
  const [response] = await sendRaw(port, { target: '/pets' })
  assert.equal(response?.status, 500)
  assert.match(String(told[0]), /TypeError: no guard let this request through; put `protect\(…\)` before the handler/)
})

test('RFC 6750 §2.2: a token in a form that is parsed before the guard is seen', async t => {
  const forms: unknown[] = []
  const protect = expressGuard(async ({ body }) => {
    forms.push(body)
    return { kind: 'refused', response: { status: 400, headers: {}, body: '' }, reason: '' }
  })
  const app = express().use(express.urlencoded(), protect('read_pets'))
  const { port, close } = await listenOn(app)
  t.after(close)
  const headers = [['content-type', 'application/x-www-form-urlencoded'] as const, ['authorization', 'a'] as const]
  await sendRaw(port, { method: 'POST', headers, body: 'a=1&access_token=2' })
  assert.deepEqual(forms, ['a=&access_token='])
})
