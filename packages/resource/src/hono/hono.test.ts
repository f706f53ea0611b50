import { Hono } from 'hono'
import { describeAdapter } from '../testing/adapter-suite.ts'
import { listenOnFetch } from '../testing/listening.ts'
import { accessOf, honoGuard } from './index.ts'

describeAdapter('Hono', ({ guard, onError, onHandled }) => {
  const protect = honoGuard(guard)
  const pets = new Hono()
  pets.get('/pets', protect('read_pets'), context => {
    onHandled()
    return context.json({ subject: accessOf(context).subject })
  })
  pets.post('/pets', protect('write_pets'), async context => {
    onHandled()
    return context.text(await context.req.text())
  })
  pets.get('/broken', protect('read_pets'), () => {
    throw new Error('the handler broke')
  })
  const app = new Hono().route('/v1', pets)
  app.onError((error, context) => {
    onError(error)
    return context.body(null, 500)
  })
  return listenOnFetch(async request => app.fetch(request))
})
