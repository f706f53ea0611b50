// HTML §4.10.5, §4.10.6, §4.10.18
import { attribute, type Element, elementsOf, type Placed, rawTextOf, textOf } from './html-tree.ts'
import type { FieldOption, FormButton, FormField, Page, PageForm } from './page.ts'

/** Characters of a page's text that are kept. */
const textLimit = 20_000

/** Reads forms, links and text of a page. Any text gives a page; what browsers repair is repaired. */
export function readPage(html: string, url: string): Page {
  const elements = elementsOf(html)
  const named = (name: string) => elements.filter(({ element }) => element.tagName === name)
  const base = baseOf(named('base'), url)
  const refresh = refreshOf(metaOf(named('meta'), 'http-equiv', 'refresh'), base)
  const referrerPolicy = metaOf(named('meta'), 'name', 'referrer')
  const body = named('body')[0]?.element
  return {
    url,
    title: named('title').map(({ element }) => rawTextOf(element).trim())[0] ?? '',
    text: body === undefined ? '' : textOf(body, textLimit),
    forms: formsOf(elements, base),
    links: named('a').flatMap(({ element }) => {
      const href = URL.parse(attribute(element, 'href') ?? '', base)?.href
      return attribute(element, 'href') === undefined || href === undefined ? [] : [{ href, text: textOf(element) }]
    }),
    ...(refresh !== undefined && { refresh }),
    ...(referrerPolicy !== undefined && { referrerPolicy }),
  }
}

function baseOf(bases: readonly Placed[], url: string): string {
  const href = bases.flatMap(({ element }) => attribute(element, 'href') ?? [])[0]
  return (href === undefined ? undefined : URL.parse(href, url)?.href) ?? url
}

function metaOf(metas: readonly Placed[], kind: string, value: string): string | undefined {
  const found = metas.find(({ element }) => attribute(element, kind)?.trim().toLowerCase() === value)
  return found === undefined ? undefined : attribute(found.element, 'content')
}

/** Reads `0; url=/next`, of a page or of the field `Refresh`. @spec HTML §4.2.5.3 */
export function refreshOf(content: string | undefined, base: string): Page['refresh'] {
  // step by step and anchored, since one expression for all of it could be made to take hours
  const [start, seconds] = /^\s*(\d{1,6})(?:\.\d*)?/.exec(content ?? '') ?? []
  if (content === undefined || start === undefined) return undefined
  const rest = content.slice(start.length).trim()
  if (rest !== '' && !/^[;,]/.test(rest)) return undefined
  const named = rest.slice(1).trimStart()
  const written = /^url\s*=/i.exec(named)?.[0].length ?? 0
  const url = URL.parse(unquoted(named.slice(written).trim()), base)?.href
  return url === undefined ? undefined : { seconds: Number(seconds), url }
}

function unquoted(text: string): string {
  const mark = text.charAt(0)
  if (mark !== '"' && mark !== "'") return text
  const end = text.indexOf(mark, 1)
  return (end === -1 ? text.slice(1) : text.slice(1, end)).trim()
}

function formsOf(elements: readonly Placed[], base: string): readonly PageForm[] {
  const byId = new Map(elements.map(({ element }) => [attribute(element, 'id'), element]))
  const controls = Map.groupBy(
    elements.filter(isControl),
    ({ element, form }) => byId.get(attribute(element, 'form') ?? '') ?? form,
  )
  const labels = new Map(
    elements
      .filter(({ element }) => element.tagName === 'label')
      .map(({ element }) => [attribute(element, 'for') ?? '', textOf(element)]),
  )
  const submits = elements.some(({ element }) => callsSubmit(element))
  const around = remembering(textOf)
  return elements
    .filter(({ element }) => element.tagName === 'form')
    .map(({ element }) => formOf(element, controls.get(element) ?? [], { base, labels, around, submits }))
}

/** What a function gave for an element, so that a label around many fields is read once. */
function remembering(read: (element: Element) => string): (element: Element) => string {
  const known = new Map<Element, string>()
  return element => {
    const text = known.get(element) ?? read(element)
    known.set(element, text)
    return text
  }
}

/** The words of labels: by the identifier that they are for, and of one that stands around. */
type Labels = { readonly labels: ReadonlyMap<string, string>; readonly around: (label: Element) => string }
type Surroundings = Labels & { readonly base: string; readonly submits: boolean }

function formOf(element: Element, controls: readonly Placed[], surroundings: Surroundings): PageForm {
  const { base, submits } = surroundings
  const id = attribute(element, 'id')
  const fields = controls.flatMap(control => fieldOf(control, surroundings))
  return {
    ...(id !== undefined && { id }),
    action: addressOf(attribute(element, 'action'), base),
    method: methodOf(attribute(element, 'method')),
    fields,
    buttons: controls.flatMap(control => buttonOf(control.element, base)),
    isAutomatic: submits && asksNobody(fields) && !controls.some(control => isButton(control) && !control.isFallback),
  }
}

/** Whether a form has something to send and nothing to fill in. */
export function asksNobody(fields: readonly FormField[]): boolean {
  return fields.length > 0 && fields.every(({ type }) => type === 'hidden')
}

/** An empty action is the page itself. @spec HTML §4.10.22.3 */
function addressOf(action: string | undefined, base: string): string {
  const url = URL.parse(action?.trim() ?? '', base)?.href ?? base
  return url.replace(/#.*$/s, '')
}

function methodOf(method: string | undefined): 'GET' | 'POST' {
  return method?.trim().toLowerCase() === 'post' ? 'POST' : 'GET'
}

function isControl({ element, isDisabled }: Placed): boolean {
  if (isDisabled || attribute(element, 'disabled') !== undefined) return false
  return ['input', 'select', 'textarea', 'button'].includes(element.tagName)
}

function callsSubmit(element: Element): boolean {
  const script = element.tagName === 'script' ? rawTextOf(element) : (attribute(element, 'onload') ?? '')
  return /\bsubmit\s*\(/.test(script)
}

function isButton({ element }: Placed): boolean {
  return buttonTypes.has(typeOf(element))
}

const buttonTypes = new Set(['submit', 'image'])
const noFields = new Set(['submit', 'image', 'button', 'reset', 'file'])

function typeOf(element: Element): string {
  const type = attribute(element, 'type')?.toLowerCase()
  if (element.tagName === 'input') return type ?? 'text'
  if (element.tagName === 'button') return type === 'button' || type === 'reset' ? type : 'submit'
  if (element.tagName === 'textarea') return 'textarea'
  return attribute(element, 'multiple') === undefined ? 'select' : 'select-multiple'
}

function fieldOf({ element, label }: Placed, labels: Labels): readonly FormField[] {
  const type = typeOf(element)
  const name = attribute(element, 'name') ?? ''
  if (name === '' || element.tagName === 'button' || noFields.has(type)) return []
  const autocomplete = attribute(element, 'autocomplete')
  const options = element.tagName === 'select' ? optionsOf(element, type) : []
  const value = attribute(element, 'value')
  return [
    {
      name,
      type,
      value: valueOf({ element, type, value, options }),
      label: labelOf(element, labels, label),
      isChecked: attribute(element, 'checked') !== undefined,
      options,
      ...(autocomplete !== undefined && { autocomplete }),
    },
  ]
}

type ValueParts = {
  readonly element: Element
  readonly type: string
  readonly value: string | undefined
  readonly options: readonly FieldOption[]
}

function valueOf({ element, type, value, options }: ValueParts): string {
  if (type === 'textarea') return rawTextOf(element).replace(/^\n/, '')
  if (type === 'checkbox' || type === 'radio') return value ?? 'on'
  return options.find(({ isSelected }) => isSelected)?.value ?? value ?? ''
}

function labelOf(element: Element, { labels, around: textAround }: Labels, around: Element | undefined): string {
  const id = attribute(element, 'id')
  const own = (id === undefined || id === '' ? undefined : labels.get(id)) ?? (around && textAround(around))
  return own ?? attribute(element, 'aria-label') ?? attribute(element, 'placeholder') ?? ''
}

/** The options of a list; the first one is selected where none says so. @spec HTML §4.10.7 */
function optionsOf(select: Element, type: string): readonly FieldOption[] {
  const within = select.childNodes.flatMap(node => ('tagName' in node ? [node] : []))
  const options = within
    .flatMap(node =>
      node.tagName === 'optgroup' ? node.childNodes.flatMap(child => ('tagName' in child ? [child] : [])) : [node],
    )
    .filter(node => node.tagName === 'option' && attribute(node, 'disabled') === undefined)
    .map(option => {
      const label = textOf(option)
      return {
        value: attribute(option, 'value') ?? label,
        label,
        isSelected: attribute(option, 'selected') !== undefined,
      }
    })
  if (type === 'select-multiple' || options.some(({ isSelected }) => isSelected)) return options
  return options.map((option, index) => ({ ...option, isSelected: index === 0 }))
}

function buttonOf(element: Element, base: string): readonly FormButton[] {
  if (!buttonTypes.has(typeOf(element))) return []
  const action = attribute(element, 'formaction')
  const method = attribute(element, 'formmethod')
  const value = attribute(element, 'value')
  const label = element.tagName === 'button' ? textOf(element) : (value ?? attribute(element, 'alt') ?? '')
  return [
    {
      name: attribute(element, 'name') ?? '',
      value: value ?? '',
      label: label === '' ? (attribute(element, 'aria-label') ?? '') : label,
      ...(action !== undefined && { action: addressOf(action, base) }),
      ...(method !== undefined && { method: methodOf(method) }),
    },
  ]
}
