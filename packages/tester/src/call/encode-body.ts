// RFC 8259; RFC 7578 §4; OpenAPI 3.2 §4.14, §4.15
import { isObject } from './resolve-schema.ts'
import { serializeParameter, textOf } from './serialize-parameter.ts'

/** A body as it is sent, with its media type; or why it has no form. */
export type EncodedBody =
  | { readonly kind: 'body'; readonly contentType: string; readonly text: string }
  | { readonly kind: 'none'; readonly reason: string }

const boundary = 'ambit-part-3f9c1d7e'

/** Writes a JSON value as the media type wants it. */
export function encodeBody(mediaType: string, value: unknown): EncodedBody {
  const essence = essenceOf(mediaType)
  const contentType = essence.includes('*') ? 'application/json' : mediaType
  if (isJson(essence)) return { kind: 'body', contentType, text: JSON.stringify(value) }
  if (essence === 'application/x-www-form-urlencoded') return encodeForm(contentType, value)
  if (essence === 'multipart/form-data') return encodeParts(value)
  if (essence.startsWith('text/'))
    return { kind: 'body', contentType, text: typeof value === 'string' ? value : JSON.stringify(value) }
  return { kind: 'none', reason: `a body of \`${mediaType}\` cannot be made` }
}

/** How well a media type can be written; the lower the better. */
export function difficultyOf(mediaType: string): number {
  const essence = essenceOf(mediaType)
  const order = [
    essence === 'application/json',
    isJson(essence),
    essence === 'application/x-www-form-urlencoded',
    essence === 'multipart/form-data',
    essence.startsWith('text/'),
  ]
  const found = order.indexOf(true)
  return found < 0 ? order.length : found
}

function essenceOf(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase()
}

/** A range says that JSON is taken too. */
function isJson(essence: string): boolean {
  return /^[^/]+\/(?:[^/]+\+)?json$/.test(essence) || essence === '*/*' || essence === 'application/*'
}

function encodeForm(contentType: string, value: unknown): EncodedBody {
  if (!isObject(value)) return { kind: 'none', reason: 'a form wants an object of fields' }
  const written: string[] = []
  for (const [name, field] of Object.entries(value)) {
    // an object within a form is written as JSON
    const plain = isObject(field) ? JSON.stringify(field) : field
    const serialized = serializeParameter({ name, in: 'query' }, plain)
    if (serialized.kind === 'none') return { kind: 'none', reason: `\`${name}\`: ${serialized.reason}` }
    if (serialized.text !== '') written.push(serialized.text)
  }
  return { kind: 'body', contentType, text: written.join('&').replaceAll('%20', '+') }
}

/** @spec RFC 7578 §4.2, §4.3 */
function encodeParts(value: unknown): EncodedBody {
  if (!isObject(value)) return { kind: 'none', reason: 'a form wants an object of fields' }
  const parts = Object.entries(value).flatMap(([name, field]) => {
    const fields: readonly unknown[] = Array.isArray(field) ? field : [field]
    return fields.map(each => encodePart(name, each))
  })
  const text = `${parts.join('')}--${boundary}--\r\n`
  return { kind: 'body', contentType: `multipart/form-data; boundary=${boundary}`, text }
}

function encodePart(name: string, value: unknown): string {
  const plain = textOf(value)
  const type = plain === undefined ? 'Content-Type: application/json\r\n' : ''
  const quoted = name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const text = plain ?? JSON.stringify(value)
  return `--${boundary}\r\nContent-Disposition: form-data; name="${quoted}"\r\n${type}\r\n${text}\r\n`
}
