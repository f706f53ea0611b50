// RFC 9112 §3.2
/** Path and query of a request target, each as it was sent; of an absolute form, what follows the authority. @spec RFC 9112 §3.2.2 */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const origin = target.startsWith('/') ? target : target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?]*/i, '') || '/'
  const mark = origin.indexOf('?')
  if (mark < 0) return { path: origin, query: '' }
  return { path: origin.slice(0, mark) || '/', query: origin.slice(mark + 1) }
}
