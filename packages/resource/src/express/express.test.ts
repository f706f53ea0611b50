import assert from 'node:assert/strict'
import { test } from 'node:test'
import express, { type ErrorRequestHandler } from 'express'
import { type AdapterSetup, describeAdapter } from '../testing/adapter-suite.ts'
import { listenOn, readText } from '../testing/listening.ts'
import { sendRaw } from '../testing/raw-http.ts'
import { accessOf, expressGuard } from './index.ts'

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
  router.get('/open', (request, response) => void response.json(accessOf(request)))
  const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
    onError(error)
    response.status(500).end()
  }
  return express().use('/v1', router).use(answerError)
}

describeAdapter('Express', setup => listenOn(appFor(setup)))
describeAdapter('Express, where the body is parsed before', setup =>
  listenOn(appFor(setup, [express.text({ type: '*/*' })])),
)
