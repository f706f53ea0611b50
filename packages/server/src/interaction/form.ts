import {
  type FormLimits,
  type HttpRequest,
  type Parameters,
  parseBody,
  parseForm,
  type Refusal,
  refuse,
} from '@ambit/protocol'

/** Reads what a page was sent: the query of a GET, the form of a POST. @errors invalid_request: not a form, broken, a field twice */
export function readForm(
  request: HttpRequest,
  options: { readonly repeatable?: readonly string[]; readonly limits?: FormLimits } = {},
): Parameters | Refusal<'invalid_request'> {
  const text = request.method === 'POST' ? request.body : request.query
  if (text?.isWellFormed() === false) return refuse('invalid_request', 'the parameters are not valid UTF-8')
  return request.method === 'POST' ? parseBody(request, options) : parseForm(request.query, options)
}
