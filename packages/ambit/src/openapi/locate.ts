// RFC 6901 §4; YAML 1.2 §7.1
import type { Place } from '@ambit/tester'
import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE } from 'js-yaml'
import { textToParse } from './parse-document.ts'

/** Finds where a JSON pointer of a document stands in its text. */
export type Locate = (pointer: string) => Place

type Node = { readonly at: number; readonly anchor?: string } & (
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'alias' }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Member> }
)
/** `at` is where the name stands. */
type Member = { readonly at: number; readonly value: Node }
type Found = { readonly at: number; readonly value: Node }
type Tree = { readonly root: Node | undefined; readonly anchors: ReadonlyMap<string, Node> }

/**
 * Makes the finder of a text that is YAML or JSON. A member is where its name stands, an item where it begins; of a pointer that
 * leads beyond the text, the last part that is there. The text is read when something is looked for.
 */
export function createLocator(text: string, file: string): Locate {
  const source = textToParse(text)
  let known: { readonly tree: Tree; readonly lines: readonly number[] } | undefined
  return pointer => {
    known ??= { tree: readTree(source), lines: lineStarts(source) }
    const at = offsetOf(known.tree, pointer)
    return at === undefined ? { file, pointer } : { file, ...positionOf(known.lines, at), pointer }
  }
}

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ index, 0: end }) => index + end.length)]
}

/** @returns line and column, both beginning with 1 */
function positionOf(starts: readonly number[], at: number): { readonly line: number; readonly column: number } {
  let [low, high] = [0, starts.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= at) low = middle
    else high = middle
  }
  return { line: low + 1, column: at - (starts[low] ?? 0) + 1 }
}

function offsetOf({ root, anchors }: Tree, pointer: string): number | undefined {
  if (root === undefined) return undefined
  let found: Found = { at: root.at, value: root }
  for (const name of pointer === '' ? [] : pointer.slice(1).split('/')) {
    const next = step(found.value, name.replaceAll('~1', '/').replaceAll('~0', '~'), anchors)
    if (next === undefined) break
    found = next
  }
  return found.at
}

function step(node: Node, name: string, anchors: ReadonlyMap<string, Node>): Found | undefined {
  const meant = meaningOf(node, anchors)
  if (meant?.kind === 'list') {
    const item = /^(?:0|[1-9]\d*)$/.test(name) ? meant.items[Number(name)] : undefined
    return item && { at: item.at, value: item }
  }
  if (meant?.kind !== 'object') return undefined
  const own = meant.members.get(name)
  const merged = meant.members.get('<<')
  return own ?? (merged && name !== '<<' ? stepIntoMerged(merged.value, name, anchors) : undefined)
}

/** @spec YAML 1.1, Merge Key Language-Independent Type */
function stepIntoMerged(node: Node, name: string, anchors: ReadonlyMap<string, Node>): Found | undefined {
  const meant = meaningOf(node, anchors)
  const sources = meant?.kind === 'list' ? meant.items : meant === undefined ? [] : [meant]
  for (const source of sources) {
    const each = meaningOf(source, anchors)
    const member = each?.kind === 'object' ? each.members.get(name) : undefined
    if (member !== undefined) return member
  }
  return undefined
}

function meaningOf(node: Node, anchors: ReadonlyMap<string, Node>): Node | undefined {
  return node.kind === 'alias' ? anchors.get(node.anchor ?? '') : node
}

function readTree(source: string): Tree {
  const events = parseEvents(source, { maxDepth: 200 })
  const reader = { source, events, at: 0, anchors: new Map<string, Node>() }
  // the first event opens the document
  reader.at = events[0]?.type === EVENT_ID.DOCUMENT ? 1 : 0
  return { root: readNode(reader), anchors: reader.anchors }
}

type Reader = {
  readonly source: string
  readonly events: readonly Event[]
  readonly anchors: Map<string, Node>
  at: number
}

function readNode(reader: Reader): Node | undefined {
  const event = reader.events[reader.at++]
  if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) return undefined
  const name = event.anchorStart < 0 ? undefined : reader.source.slice(event.anchorStart, event.anchorEnd)
  const anchor = name === undefined ? {} : { anchor: name }
  if (event.type === EVENT_ID.ALIAS) return { kind: 'alias', at: event.anchorStart - 1, ...anchor }
  const node: Node = { ...readContent(reader, event), ...anchor }
  if (name !== undefined) reader.anchors.set(name, node)
  return node
}

type ContentEvent = Extract<Event, { readonly type: 2 | 3 | 4 }>

function readContent(reader: Reader, event: ContentEvent): Node {
  if (event.type === EVENT_ID.SCALAR) {
    const isQuoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED
    const at = Math.max(event.valueStart - (isQuoted ? 1 : 0), 0)
    return { kind: 'scalar', at, text: getScalarValue(reader.source, event) }
  }
  const children: Node[] = []
  for (let child = readNode(reader); child !== undefined; child = readNode(reader)) children.push(child)
  if (event.type === EVENT_ID.SEQUENCE) return { kind: 'list', at: event.start, items: children }
  return { kind: 'object', at: event.start, members: membersOf(children) }
}

/** Names and values take turns. */
function membersOf(children: readonly Node[]): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>()
  for (let index = 0; index + 1 < children.length; index += 2) {
    const [name, value] = [children[index], children[index + 1]]
    if (name?.kind === 'scalar' && value !== undefined) members.set(name.text, { at: name.at, value })
  }
  return members
}
