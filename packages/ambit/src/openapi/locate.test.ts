import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLocator } from './locate.ts'

function places(text: string) {
  const locate = createLocator(text, 'api.yaml')
  return (pointer: string) => {
    const { line, column } = locate(pointer)
    return `${line}:${column}`
  }
}

const yaml = `# comment
openapi: 3.1.0
x-secured: &secured
  security: [{ oauth: [read] }]
x-both: &both
  tags: [t]
paths:
  /a/{id}:
    get:
      <<: *secured
      responses:
        200: &ok
          description: |
            text: of several
            lines
        "404": *ok
    'put':
      <<: [*both, *secured]
      parameters:
      - name: a
        in: query
      -   name: b
  ~tilde/slash: { get: {} }
`

const json = '{\r\n  "paths": {\r\n    "/a": {"get": {"security": [{}, {"o": []}]}}\r\n  }\r\n}'

describe('RFC 6901 §4: the place of a pointer', () => {
  const inYaml: readonly [pointer: string, place: string][] = [
    ['', '2:1'],
    ['/openapi', '2:1'],
    ['/paths', '7:1'],
    ['/paths/~1a~1{id}', '8:3'],
    ['/paths/~1a~1{id}/get', '9:5'],
    ['/paths/~1a~1{id}/get/security', '4:3'],
    ['/paths/~1a~1{id}/get/security/0/oauth/0', '4:24'],
    ['/paths/~1a~1{id}/get/responses/200/description', '13:11'],
    ['/paths/~1a~1{id}/get/responses/404', '16:9'],
    ['/paths/~1a~1{id}/get/responses/404/description', '13:11'],
    ['/paths/~1a~1{id}/put', '17:5'],
    ['/paths/~1a~1{id}/put/tags', '6:3'],
    ['/paths/~1a~1{id}/put/security', '4:3'],
    ['/paths/~1a~1{id}/put/parameters/0', '20:9'],
    ['/paths/~1a~1{id}/put/parameters/1/name', '22:11'],
    ['/paths/~0tilde~1slash/get', '23:19'],
  ]
  for (const [pointer, place] of inYaml) test(`in YAML: ${pointer}`, () => assert.equal(places(yaml)(pointer), place))

  const inJson: readonly [pointer: string, place: string][] = [
    ['/paths', '2:3'],
    ['/paths/~1a/get', '3:12'],
    ['/paths/~1a/get/security', '3:20'],
    ['/paths/~1a/get/security/1', '3:37'],
  ]
  for (const [pointer, place] of inJson)
    test(`in JSON with CRLF: ${pointer}`, () => assert.equal(places(json)(pointer), place))

  test('that leads to nothing is the last part that is there', () => {
    assert.equal(places(yaml)('/paths/~1a~1{id}/delete/security'), '8:3')
    assert.equal(places(yaml)('/paths/~1a~1{id}/put/parameters/7'), '19:7')
    assert.equal(places(yaml)('/openapi/none'), '2:1')
  })

  test('has the file and the pointer, and no line in a text without content', () => {
    assert.deepEqual(createLocator('', 'a')('/x'), { file: 'a', pointer: '/x' })
    assert.deepEqual(createLocator('\ufeffa: 1', 'a')('/a'), { file: 'a', line: 1, column: 1, pointer: '/a' })
  })
})
