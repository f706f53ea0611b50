// RFC 9396 §9, §12
import type { AuthorizationDetail, Parameters } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import { byLanguage } from '../../interaction/scope-view.ts'
import type { DetailFieldView, DetailView } from '../../ports/pages.ts'
import { findResource } from '../../scope/choose-audience.ts'
import { parseAmount } from './amount.ts'
import {
  asMembers,
  asTexts,
  type ChoicesField,
  type DetailField,
  type DetailFields,
  type DetailTypes,
  ownMember,
} from './detail-type.ts'

type Members = Readonly<Record<string, unknown>>

/** Where a field stands: the number of its detail, and the names that lead to it. */
type Place = { readonly index: number; readonly path: readonly string[] }

/** How a detail stands on the consent page: every field that it has, in the operator's words. @spec RFC 9396 §9 */
export function viewDetail(
  context: ServerContext,
  types: DetailTypes,
  { detail, index }: { readonly detail: AuthorizationDetail; readonly index: number },
): DetailView {
  const type = ownMember(types, detail.type)
  const resource = type?.resource === undefined ? undefined : findResource(context, type.resource)
  return {
    id: String(index),
    title: byLanguage(type?.title ?? detail.type),
    ...(type?.description !== undefined && { description: byLanguage(type.description) }),
    risk: type?.risk ?? 'ordinary',
    ...(resource && { resourceName: resource.name ?? resource.resource }),
    fields: type ? viewFields(context, type.fields, { members: detail, place: { index, path: [] } }) : [],
  }
}

function viewFields(
  context: ServerContext,
  fields: DetailFields,
  { members, place }: { readonly members: Members; readonly place: Place },
): readonly DetailFieldView[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = ownMember(members, name)
    const at = { index: place.index, path: [...place.path, name] }
    if (value === undefined) return []
    if (field.kind === 'object')
      return viewFields(context, field.fields, { members: asMembers(value) ?? {}, place: at })
    const label = byLanguage(field.label)
    if (field.kind === 'choices') return [{ label, value: '', ...viewChoices(field, value, at) }]
    return [{ label, value: inWords(context, field, value) }]
  })
}

/** The form field of all choices; its values say which choice of which field they are. */
const choiceName = 'choice'

function viewChoices(
  { values, narrow }: ChoicesField,
  value: unknown,
  place: Place,
): Pick<DetailFieldView, 'choices' | 'name'> {
  const choices = (asTexts(value) ?? []).map(each => ({
    value: choiceValue(place, each),
    label: byLanguage(ownMember(values, each) ?? each),
  }))
  return narrow === true ? { choices, name: choiceName } : { choices }
}

function choiceValue({ index, path }: Place, word: string): string {
  return JSON.stringify([index, ...path, word])
}

function inWords(context: ServerContext, { kind }: DetailField, value: unknown): string {
  if (kind === 'amount') return parseAmount(value)?.text ?? ''
  if (kind !== 'locations') return String(value)
  return (asTexts(value) ?? []).map(each => findResource(context, each)?.name ?? each).join(', ')
}

/**
 * A detail as the user left it; `undefined` where they unticked it, or everything of a field of it. What the form holds
 * beside what was asked counts for nothing.
 * @spec RFC 9396 §4
 */
export function answerDetail(
  types: DetailTypes,
  { detail, index, form }: { readonly detail: AuthorizationDetail; readonly index: number; readonly form: Parameters },
): AuthorizationDetail | undefined {
  const type = ownMember(types, detail.type)
  if (type === undefined || !form.all('detail').includes(String(index))) return undefined
  const chosen = new Set(form.all(choiceName))
  const members = answerFields(type.fields, detail, { chosen, place: { index, path: [] } })
  return members && { ...members, type: detail.type }
}

type Answer = { readonly chosen: ReadonlySet<string>; readonly place: Place }

function answerFields(fields: DetailFields, members: Members, { chosen, place }: Answer): Members | undefined {
  const answered: Record<string, unknown> = { ...members }
  for (const [name, field] of Object.entries(fields)) {
    const value = ownMember(members, name)
    if (value === undefined) continue
    const left = answerField(field, value, { chosen, place: { index: place.index, path: [...place.path, name] } })
    if (left === undefined) return undefined
    answered[name] = left
  }
  return answered
}

function answerField(field: DetailField, value: unknown, answer: Answer): unknown {
  if (field.kind === 'object') return answerFields(field.fields, asMembers(value) ?? {}, answer)
  if (field.kind !== 'choices' || field.narrow !== true) return value
  const left = (asTexts(value) ?? []).filter(word => answer.chosen.has(choiceValue(answer.place, word)))
  return left.length > 0 ? left : undefined
}
