// HTML §4.10
/** A field of a form. */
type Field = {
  readonly name: string
  readonly value: string
  readonly type: string
  readonly isChecked: boolean
}

/** A form of a page: where it is sent, and the fields that it has. */
export type Form = { readonly action: string; readonly method: string; readonly fields: readonly Field[] }

/** Reads the forms of a page of our own; enough of HTML for what the pages here are made of. */
export function readForms(html: string): readonly Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, open = '', content = '']) => {
    const attributes = readAttributes(open)
    return {
      action: attributes.get('action') ?? '',
      method: (attributes.get('method') ?? 'get').toUpperCase(),
      fields: [...content.matchAll(/<(input|button)\b([^>]*)>/g)].flatMap(([, tag, text = '']) =>
        readField(tag === 'button' ? 'submit' : 'text', text),
      ),
    }
  })
}

/** The text of the first element of a tag, or `undefined`. */
export function textByTag(html: string, tag: string): string | undefined {
  const found = new RegExp(`<${tag}\\b[^>]*>([\\s\\S]*?)</${tag}>`).exec(html)
  return found ? decode((found[1] ?? '').replace(/<[^>]*>/g, '')) : undefined
}

/** What the form sends when nothing is changed: hidden and text fields as they are, and what is ticked. */
export function defaultFields({ fields }: Form): readonly (readonly [name: string, value: string])[] {
  return fields
    .filter(({ type, isChecked }) => type !== 'submit' && (isChecked || (type !== 'checkbox' && type !== 'radio')))
    .map(({ name, value }) => [name, value] as const)
}

function readField(defaultType: string, text: string): readonly Field[] {
  const attributes = readAttributes(text)
  const name = attributes.get('name')
  if (name === undefined) return []
  const type = attributes.get('type') ?? defaultType
  return [{ name, value: attributes.get('value') ?? '', type, isChecked: attributes.has('checked') }]
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const pairs = text.matchAll(/([\w-]+)(?:="([^"]*)")?/g)
  return new Map([...pairs].map(([, name = '', value = '']) => [name.toLowerCase(), decode(value)]))
}

const entities: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', '#39': "'", nbsp: ' ' }

function decode(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole)
}
