// Fetch §2.2.5
/** Whether a body can be sent a second time: text, forms and bytes can, a stream is spent. */
export function isReplayable(body: RequestInit['body']): boolean {
  if (body === undefined || body === null || typeof body === 'string') return true
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return true
  return body instanceof URLSearchParams || body instanceof Blob || body instanceof FormData
}
