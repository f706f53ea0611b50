// RFC 9110 §15.5.14
import { Transform } from 'node:stream'

/** A body was longer than is let through. */
export class TooLongError extends Error {
  override readonly name = 'TooLongError'
}

/** Lets so many bytes through, and fails at the first one more. */
export function limitedBody(maxLength: number): Transform {
  let length = 0
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      length += chunk.length
      if (length > maxLength) done(new TooLongError(`more than ${maxLength} bytes`))
      else done(null, chunk)
    },
  })
}
