/** A note that somebody wrote. */
type Note = { readonly id: number; readonly text: string; readonly by: string }

/** What the APIs are about: notes, each of which belongs to one user. */
export type Notes = {
  readonly of: (by: string) => readonly Note[]
  readonly find: (id: number) => Note | undefined
  readonly add: (by: string, text: string) => Note
  readonly remove: (id: number) => void
}

/** Opens the notes of Ada (1 and 3) and Grace (2 and 4). */
export function openNotes(): Notes {
  const owners = ['ada', 'grace', 'ada', 'grace']
  const texts = ['water the ferns', 'oil the compiler', 'write to Charles', 'count the nanoseconds']
  const notes = new Map(owners.map((by, index) => [index + 1, { id: index + 1, text: texts[index] ?? '', by }]))
  let last = notes.size
  return {
    of: by => [...notes.values()].filter(note => note.by === by),
    find: id => notes.get(id),
    add: (by, text) => {
      last += 1
      const note = { id: last, text, by }
      notes.set(last, note)
      return note
    },
    remove: id => void notes.delete(id),
  }
}

/** The text of a body that makes a note; `undefined` where it is none. */
export function textIn(body: unknown): string | undefined {
  const text = typeof body === 'object' && body !== null && 'text' in body ? body.text : undefined
  return typeof text === 'string' && text !== '' && text.length <= 200 ? text : undefined
}

/** How an API is described. */
export type Description = {
  readonly read: string
  readonly write: string
  /** A key that is wanted beside the token. */
  readonly apiKey?: string
}

/** The OpenAPI document of an API of notes. */
export function describeNotes({ read, write, apiKey }: Description): object {
  const needs = (scope: string) => [{ oauth: [scope], ...(apiKey !== undefined && { key: [] }) }]
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 }, example: 1 }
  const note = {
    type: 'object',
    properties: { id: { type: 'integer' }, text: { type: 'string' }, by: { type: 'string' } },
  }
  const json = (schema: object) => ({ description: 'done', content: { 'application/json': { schema } } })
  const text = { type: 'object', required: ['text'], properties: { text: { type: 'string', maxLength: 200 } } }
  const body = { required: true, content: { 'application/json': { schema: text, example: { text: 'buy ink' } } } }
  const operation = (operationId: string, rest: object) => ({ operationId, ...rest })
  return {
    openapi: '3.1.0',
    info: { title: 'Notes', version: '1' },
    paths: {
      '/health': { get: operation('health', { security: [], responses: { 200: json({ type: 'object' }) } }) },
      '/notes': {
        get: operation('listNotes', {
          security: needs(read),
          responses: { 200: json({ type: 'array', items: note }) },
        }),
        post: operation('addNote', { security: needs(write), requestBody: body, responses: { 201: json(note) } }),
      },
      '/notes/{id}': {
        get: operation('seeNote', { security: needs(read), parameters: [id], responses: { 200: json(note) } }),
        delete: operation('removeNote', {
          security: needs(write),
          parameters: [{ ...id, example: 3 }],
          responses: { 204: { description: 'gone' } },
        }),
      },
    },
    components: {
      securitySchemes: {
        oauth: {
          type: 'oauth2',
          flows: {
            clientCredentials: { tokenUrl: '/token', scopes: { [read]: 'look at notes', [write]: 'change notes' } },
          },
        },
        ...(apiKey !== undefined && { key: { type: 'apiKey', in: 'header', name: apiKey } }),
      },
    },
  }
}
