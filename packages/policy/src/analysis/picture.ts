import type { ActionModel, PolicyModel } from '../model.ts'
import { minimalAlternatives } from './minimal-alternatives.ts'
import { needsNoScope, type OpeningCell, openingCells } from './opening-cells.ts'
import { legend } from './picture-legend.ts'
import { CHARACTER, cutText, escapeText, pixels, shapes, style } from './svg-parts.ts'

/** Something that is said about an action or a scope in a picture. */
export type PictureMark = {
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet'
  /** A few words: colour alone says nothing. */
  readonly label: string
}

/** What a picture shows beside the policy. */
export type PictureOptions = {
  readonly title?: string
  /** By the names of actions. */
  readonly actions?: ReadonlyMap<string, PictureMark>
  /** By the declared names of scopes. */
  readonly scopes?: ReadonlyMap<string, PictureMark>
}

/**
 * Draws which scopes open which actions: an SVG document as text, with a text alternative, in light and dark, without script.
 * @example
 * writeFile('policy.svg', picture(shop.model))
 */
export function picture(policy: PolicyModel, options: PictureOptions = {}): string {
  const layout = layOut(policy, options)
  const { title } = layout
  const parts = [
    `<title id="ambit-title">${escapeText(title)}</title>`,
    `<desc id="ambit-desc">${escapeText(describe(policy, options))}</desc>`,
    `<style>${style}</style>`,
    `<rect class="ground" width="100%" height="100%"/>`,
    `<text class="title" x="16" y="28">${escapeText(title)}</text>`,
    ...rows(layout),
    horizontal(layout, layout.bottom, 'rule'),
    ...columns(layout),
    ...openingCells(policy).map(cell => cellText(cell, layout)),
    legend(layout.left, layout.bottom + 30),
  ]
  const [width, height] = [pixels(layout.width), pixels(layout.height)]
  const root = `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="ambit-title ambit-desc"`
  return `${root} width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n${parts.join('\n')}\n</svg>\n`
}

const STEP = 24
const LONGEST_NAME = 48
const SLOPE = Math.PI / 3

type Layout = {
  readonly title: string
  readonly options: PictureOptions
  readonly actions: readonly ActionModel[]
  readonly scopes: readonly string[]
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly width: number
  readonly height: number
}

function layOut({ actions: all, catalogue }: PolicyModel, options: PictureOptions): Layout {
  const actions = [...all.values()]
  const scopes = catalogue.names
  const widest = (texts: readonly string[]): number => Math.max(8, ...texts.map(text => Array.from(text).length))
  const left = 16
  const start = left + widest(actions.map(actionLabel)) * CHARACTER + 24
  const slanted = widest(scopes.map(scope => scopeLabel(scope, options))) * CHARACTER
  const top = 56 + slanted * Math.sin(SLOPE)
  const right = start + scopes.length * STEP
  const bottom = top + actions.length * STEP
  const marks = [...(options.actions?.values() ?? [])].map(({ label }) => label)
  const beside = marks.length === 0 ? 0 : widest(marks) * CHARACTER + 16
  return {
    title: options.title ?? 'Which scopes open which actions',
    options,
    actions,
    scopes,
    left,
    top,
    right,
    bottom,
    width: Math.max(right + Math.max(beside, slanted * Math.cos(SLOPE)) + 16, 640),
    height: bottom + 160,
  }
}

function actionLabel(action: ActionModel): string {
  return cutText(action.name, LONGEST_NAME) + (needsNoScope(action) ? ' (any good token)' : '')
}

function scopeLabel(scope: string, { scopes }: PictureOptions): string {
  const mark = scopes?.get(scope)
  return cutText(scope, LONGEST_NAME) + (mark === undefined ? '' : ` · ${mark.label}`)
}

function rows(layout: Layout): readonly string[] {
  return layout.actions.map((action, index) => {
    const y = layout.top + index * STEP
    const before = layout.actions[index - 1]
    const kind = before !== undefined && before.resource !== action.resource ? 'group' : 'rule'
    const band = index % 2 === 0 ? rectangle(layout, y) : ''
    const line = horizontal(layout, y, kind)
    const mark = layout.options.actions?.get(action.name)
    return [band, line, rowLabel(action, layout.left, y + 16), mark && markText(mark, layout.right + 12, y + 16)].join(
      '',
    )
  })
}

function horizontal({ left, right }: Layout, y: number, kind: 'rule' | 'group'): string {
  return `<line class="${kind}" x1="${left}" x2="${pixels(right)}" y1="${pixels(y)}" y2="${pixels(y)}"/>`
}

function rectangle({ left, right }: Layout, y: number): string {
  return `<rect class="band" x="${left}" y="${pixels(y)}" width="${pixels(right - left)}" height="${STEP}"/>`
}

function rowLabel(action: ActionModel, x: number, y: number): string {
  const rules = action.rules.map(({ kind, name }) => `${kind === 'stepUp' ? 'step-up' : kind} ${name}`)
  const more = `${action.name}${rules.length === 0 ? '' : `: ${rules.join('; ')}`}`
  return `<text x="${x}" y="${pixels(y)}"><title>${escapeText(more)}</title>${escapeText(actionLabel(action))}</text>`
}

function markText({ tone, label }: PictureMark, x: number, y: number): string {
  return `<text class="${tone}" x="${pixels(x)}" y="${pixels(y)}">${escapeText(label)}</text>`
}

function columns(layout: Layout): readonly string[] {
  return layout.scopes.map((scope, index) => {
    const x = columnAt(layout, index)
    const tone = layout.options.scopes?.get(scope)?.tone
    const turn = `translate(${pixels(x + 4)} ${pixels(layout.top - 8)}) rotate(-60)`
    const text = escapeText(scopeLabel(scope, layout.options))
    const line = `<line class="rule" x1="${pixels(x)}" x2="${pixels(x)}" y1="${pixels(layout.top)}" y2="${pixels(layout.bottom)}"/>`
    return `${line}<text${tone === undefined ? '' : ` class="${tone}"`} transform="${turn}"><title>${escapeText(scope)}</title>${text}</text>`
  })
}

function columnAt({ right, scopes }: Layout, index: number): number {
  return right - (scopes.length - index - 0.5) * STEP
}

const round = { alone: shapes.alone, in_part: shapes.in_part } as const
const pointed = { alone: shapes.alone_if, in_part: shapes.in_part_if } as const

function cellText(cell: OpeningCell, layout: Layout): string {
  const row = layout.actions.findIndex(({ name }) => name === cell.action)
  const x = columnAt(layout, layout.scopes.indexOf(cell.scope))
  const y = layout.top + (row + 0.5) * STEP
  const hasRules = (layout.actions[row]?.rules.length ?? 0) > 0
  const shape = hasRules ? pointed[cell.opens] : round[cell.opens]
  const words = `${cell.scope} ${cell.opens === 'alone' ? 'opens' : 'helps to open'} ${cell.action}${hasRules ? ' if its rules hold' : ''}`
  return `<path class="${cell.by}" transform="translate(${pixels(x)} ${pixels(y)})" d="${shape}"><title>${escapeText(words)}</title></path>`
}

function describe({ actions, catalogue }: PolicyModel, options: PictureOptions): string {
  const sentences = [...actions.values()].map(action => {
    const sets = minimalAlternatives(catalogue, action.requirement).map(({ tokens }) => tokens.join(' with '))
    const rules =
      action.rules.length === 0 ? '' : `, if its rules hold: ${action.rules.map(({ name }) => name).join('; ')}`
    const mark = options.actions?.get(action.name)
    const scope = needsNoScope(action) ? 'any good token' : sets.join(', or ')
    return `${action.name} is opened by ${scope}${rules}${mark === undefined ? '' : ` (${mark.label})`}.`
  })
  const marked = [...(options.scopes ?? [])].map(([scope, { label }]) => `${scope}: ${label}.`)
  return [...sentences, ...marked].join(' ')
}
