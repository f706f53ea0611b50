// RFC 9110
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { HttpRequest, HttpResponse } from '@ambit/protocol'

/** A request as it goes to an edge: header lines in their order, so that one can come twice. */
export type SentRequest = {
  readonly method: string
  readonly target: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array | string
}

/** What came back. */
export type ReceivedResponse = {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** An edge that runs. */
export type RunningEdge = {
  readonly send: (request: SentRequest) => Promise<ReceivedResponse>
  readonly close: () => Promise<void>
}

/** What the suite lets an edge be started with. */
export type EdgeSetup = {
  readonly handle: (request: HttpRequest) => Promise<HttpResponse>
  readonly maxBodyLength: number
  readonly onError: (error: unknown) => void
}

const maxBodyLength = 1000
const form = ['content-type', 'application/x-www-form-urlencoded'] as const

/** Runs the cases that every edge must pass. */
export function describeEdge(name: string, start: (setup: EdgeSetup) => Promise<RunningEdge>): void {
  describe(`the ${name} edge`, async () => {
    const seen: HttpRequest[] = []
    const errors: unknown[] = []
    const edge = await start({
      handle: async request => {
        seen.push(request)
        return answer(request)
      },
      maxBodyLength,
      onError: error => void errors.push(error),
    })
    after(() => edge.close())

    const ask = async (request: SentRequest): Promise<HttpRequest> => {
      await edge.send(request)
      const last = seen.at(-1)
      assert.ok(last)
      return last
    }
    const post = (body: Uint8Array | string) => ask({ method: 'POST', target: '/token', headers: [form], body })

    test('method, path and query come as they were sent', async () => {
      const request = await ask({ method: 'GET', target: '/a%20b/c?x=%2F&x=+&y' })
      assert.equal(request.method, 'GET')
      assert.equal(request.path, '/a%20b/c')
      assert.equal(request.query, 'x=%2F&x=+&y')
      assert.equal(request.body, '')
    })

    test('a target without a query has an empty one', async () => {
      assert.equal((await ask({ method: 'GET', target: '/token' })).query, '')
      assert.equal((await ask({ method: 'GET', target: '/token?' })).query, '')
    })

    test('a body comes as text', async () => {
      assert.equal(
        (await post('grant_type=client_credentials&scope=gr%C3%BC%C3%9Fe')).body,
        'grant_type=client_credentials&scope=gr%C3%BC%C3%9Fe',
      )
      assert.equal((await post('scope=grüße')).body, 'scope=grüße')
    })

    test('a body of the greatest length is read, and one byte more is not', async () => {
      assert.equal((await post('a'.repeat(maxBodyLength))).body?.length, maxBodyLength)
      assert.equal((await post('a'.repeat(maxBodyLength + 1))).body, undefined)
    })

    test('the length of a body is counted in bytes', async () => {
      assert.equal((await post('ü'.repeat(maxBodyLength / 2))).body?.length, maxBodyLength / 2)
      assert.equal((await post(`${'ü'.repeat(maxBodyLength / 2)}a`)).body, undefined)
    })

    for (const [what, bytes] of malformed) {
      test(`a body that is not UTF-8 is not read: ${what}`, async () => {
        assert.equal((await post(Uint8Array.from(bytes))).body, undefined)
      })
    }

    test('a byte order mark stays part of the body', async () => {
      assert.equal((await post(Uint8Array.from([0xef, 0xbb, 0xbf, 0x61]))).body, '\ufeffa')
    })

    test('RFC 9110 §5.1: names of header fields are lower case', async () => {
      const { headers } = await ask({ method: 'GET', target: '/', headers: [['Authorization', 'Bearer a']] })
      assert.equal(headers.authorization, 'Bearer a')
    })

    for (const field of ['authorization', 'dpop', 'content-type']) {
      test(`RFC 9110 §5.3: ${field} that came twice is an array`, async () => {
        const lines = [[field, 'Basic YTpi'] as const, [field, 'Basic YTpi'] as const]
        const { headers } = await ask({ method: 'POST', target: '/token', headers: lines, body: 'a=b' })
        assert.deepEqual(headers[field], ['Basic YTpi', 'Basic YTpi'])
      })
    }

    test('RFC 9110 §5.3: fields that are lists are joined', async () => {
      const lines = [['accept-language', 'de'] as const, ['accept-language', 'en;q=0.5'] as const]
      const { headers } = await ask({ method: 'GET', target: '/', headers: lines })
      assert.equal(headers['accept-language'], 'de, en;q=0.5')
    })

    test('a comma within a quoted parameter of the content type does not divide it', async () => {
      const type = 'multipart/form-data; boundary="a, b"'
      const { headers } = await ask({ method: 'POST', target: '/', headers: [['content-type', type]], body: 'a' })
      assert.equal(headers['content-type'], type)
    })

    test('the answer has the status, header fields and body of the core, and its length in bytes', async () => {
      const response = await edge.send({ method: 'GET', target: '/answer' })
      assert.equal(response.status, 201)
      assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8')
      assert.equal(response.headers.get('content-length'), '7')
      assert.equal(response.body, 'grüße')
    })

    test('a header field with several values is sent as several lines', async () => {
      const response = await edge.send({ method: 'GET', target: '/answer' })
      assert.deepEqual(response.headers.getSetCookie(), ['a=1; Path=/', 'b=2; Path=/'])
    })

    test('RFC 9110 §9.3.2: HEAD is answered as GET, without content', async () => {
      const response = await edge.send({ method: 'HEAD', target: '/answer' })
      assert.equal(seen.at(-1)?.method, 'GET')
      assert.equal(response.status, 201)
      assert.equal(response.headers.get('content-length'), '7')
      assert.equal(response.body, '')
    })

    test('RFC 9110 §8.6: an answer 204 has no content length', async () => {
      const response = await edge.send({ method: 'GET', target: '/empty' })
      assert.equal(response.status, 204)
      assert.equal(response.headers.get('content-length'), null)
    })

    test('an exception in the core is answered by server_error, and only the operator learns what it was', async () => {
      const response = await edge.send({ method: 'GET', target: '/broken' })
      assert.equal(response.status, 500)
      assert.equal(response.headers.get('content-type'), 'application/json')
      assert.equal(response.headers.get('cache-control'), 'no-store')
      assert.equal(response.body, '{"error":"server_error"}')
      assert.match(String(errors.at(-1)), /the disk is full/)
    })

    test('an answer that cannot be sent is a server_error too', async () => {
      assert.equal((await edge.send({ method: 'GET', target: '/unsendable' })).status, 500)
    })
  })
}

const malformed = [
  ['a byte that never occurs', [0x61, 0xff]],
  ['an overlong form', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['an end in the middle of a character', [0x61, 0xe2, 0x82]],
] as const

function answer({ path }: HttpRequest): HttpResponse {
  if (path === '/broken') throw new Error('the disk is full')
  if (path === '/empty') return { status: 204, headers: {}, body: '' }
  if (path === '/unsendable') return { status: 200, headers: { location: 'a\r\nb: c' }, body: '' }
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'set-cookie': ['a=1; Path=/', 'b=2; Path=/'] }
  return { status: 201, headers, body: 'grüße' }
}
