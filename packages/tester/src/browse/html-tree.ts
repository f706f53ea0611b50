// HTML §4.10
import {
  type DefaultTreeAdapterMap,
  type DefaultTreeAdapterTypes,
  defaultTreeAdapter,
  parse,
  type TreeAdapter,
} from 'parse5'

/** An element of a page. */
export type Element = DefaultTreeAdapterTypes.Element

/** An element and what is around it, as far as forms go. */
export type Placed = {
  readonly element: Element
  readonly form?: Element
  readonly label?: Element
  readonly isDisabled: boolean
  /** Whether it stands in `noscript`, for browsers like this one. */
  readonly isFallback: boolean
}

type Node = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.Document
type Waiting = Omit<Placed, 'element'> & { readonly node: Node }

/** Elements that a page may have: more are no page but a trap, since a small text can be repaired into any number of them. */
const mostElements = 50_000

class TooManyElements extends Error {}

/** Parses a page as a browser without script sees it, and gives its elements in the document's order; of a trap, none. */
export function elementsOf(html: string): readonly Placed[] {
  const document = parsed(html)
  const found: Placed[] = []
  const waiting: Waiting[] = document === undefined ? [] : [{ node: document, isDisabled: false, isFallback: false }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, ...around } = next
    const inside = isElement(node) ? insideOf(node, around) : around
    if (isElement(node)) found.push({ element: node, ...around })
    if ('childNodes' in node) for (const child of node.childNodes.toReversed()) waiting.push({ node: child, ...inside })
  }
  return found
}

function parsed(html: string): DefaultTreeAdapterTypes.Document | undefined {
  try {
    return parse(html, { scriptingEnabled: false, treeAdapter: boundedTree() })
  } catch (error) {
    if (error instanceof TooManyElements) return undefined
    throw error
  }
}

function boundedTree(): TreeAdapter<DefaultTreeAdapterMap> {
  let left = mostElements
  return {
    ...defaultTreeAdapter,
    createElement: (...parts) => {
      left -= 1
      if (left < 0) throw new TooManyElements()
      return defaultTreeAdapter.createElement(...parts)
    },
  }
}

function insideOf(element: Element, around: Omit<Placed, 'element'>): Omit<Placed, 'element'> {
  if (element.tagName === 'form') return { ...around, form: element }
  if (element.tagName === 'label') return { ...around, label: element }
  if (element.tagName === 'noscript') return { ...around, isFallback: true }
  const isDisabled = element.tagName === 'fieldset' && attribute(element, 'disabled') !== undefined
  return isDisabled ? { ...around, isDisabled } : around
}

/** The value of an attribute; `undefined` where it is not there. */
export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find(each => each.name === name)?.value
}

const silent = new Set(['script', 'style', 'template', 'select', 'textarea'])

/** The text inside an element as people read it, up to a limit. */
export function textOf(element: Element, limit = 200): string {
  const pieces: string[] = []
  const waiting: DefaultTreeAdapterTypes.ChildNode[] = element.childNodes.toReversed()
  let length = 0
  for (let node = waiting.pop(); node !== undefined && length < limit; node = waiting.pop()) {
    if ('value' in node) {
      pieces.push(node.value)
      length += node.value.length
    } else if (isElement(node) && !silent.has(node.tagName)) {
      for (const child of node.childNodes.toReversed()) waiting.push(child)
    }
  }
  return pieces.join(' ').replace(/\s+/g, ' ').trim().slice(0, limit)
}

/** The text inside an element as it stands: of a script, an option, a text area. */
export function rawTextOf(element: Element): string {
  return element.childNodes.map(node => ('value' in node ? node.value : '')).join('')
}

function isElement(node: Node): node is Element {
  return 'tagName' in node
}
