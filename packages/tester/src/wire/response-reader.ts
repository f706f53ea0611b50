// RFC 9112 §6, §7.1
import { fieldValue, type HeaderField, type ReceivedResponse } from './exchange.ts'
import { framingOf, type ResponseHead, readFieldLine, readStatusLine } from './response-head.ts'

/** What reading came to. */
export type ReadOutcome =
  /** `mayContinue`: the connection can take another request. */
  | { readonly kind: 'response'; readonly response: ReceivedResponse; readonly mayContinue: boolean }
  | { readonly kind: 'malformed'; readonly detail: string }
  /** The connection ended too early. */
  | { readonly kind: 'truncated'; readonly detail: string }

/** Bytes that are read at most. */
export type ReadLimits = { readonly head: number; readonly body: number }

/** The limits where nobody sets others: 64 KiB and 1 MiB. */
const defaultReadLimits: ReadLimits = { head: 65_536, body: 1_048_576 }

type Phase = 'status' | 'fields' | 'counted' | 'rest' | 'size' | 'chunk' | 'chunk_end' | 'trailers'

/** Reads one answer from bytes as they come, in linear time and bounded room. */
export class ResponseReader {
  readonly #method: string
  readonly #limits: ReadLimits
  readonly #body = new ByteCollector()
  #phase: Phase = 'status'
  #line = ''
  #headLeft: number
  #bodyLeft: number
  /** Bytes of the body or chunk that are still to come. */
  #wanted = 0
  #head: ResponseHead = { status: 0, minor: 1, headers: [] }
  #fields: HeaderField[] = []
  #outcome: ReadOutcome | undefined
  #hasBegun = false

  constructor(method: string, limits: ReadLimits = defaultReadLimits) {
    this.#method = method
    this.#limits = limits
    this.#headLeft = limits.head
    this.#bodyLeft = limits.body
  }

  /** Whether anything at all has come. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** Takes what came; the outcome as soon as there is one. */
  push(bytes: Uint8Array): ReadOutcome | undefined {
    if (bytes.length > 0) this.#hasBegun = true
    let at = 0
    while (at < bytes.length && this.#outcome === undefined) at = this.#take(bytes, at)
    if (at < bytes.length && this.#outcome?.kind === 'response')
      this.#outcome = { ...this.#outcome, mayContinue: false }
    return this.#outcome
  }

  /** Nothing more comes: the other side has closed. */
  end(): ReadOutcome {
    if (this.#phase === 'rest') this.#finish(false)
    const detail = this.#hasBegun
      ? 'the connection was closed in the middle of the answer'
      : 'the connection was closed without an answer'
    return this.#outcome ?? { kind: 'truncated', detail }
  }

  /** Nobody waits any longer: what there is of the body counts, once the head is complete. */
  cut(): ReadOutcome | undefined {
    if (this.#outcome === undefined && this.#phase !== 'status' && this.#phase !== 'fields') this.#finish(true)
    return this.#outcome
  }

  #take(bytes: Uint8Array, at: number): number {
    if (this.#phase === 'rest') return this.#takeBody(bytes, at, Number.POSITIVE_INFINITY)
    if (this.#phase === 'counted' || this.#phase === 'chunk') return this.#takeBody(bytes, at, this.#wanted)
    const end = bytes.indexOf(0x0a, at)
    const stop = end === -1 ? bytes.length : end
    this.#headLeft -= stop - at + 1
    if (this.#headLeft < 0) this.#fail('its head is longer than anybody reads')
    this.#line += latin1(bytes.subarray(at, stop))
    if (end === -1) return stop
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line
    this.#line = ''
    this.#takeLine(line)
    return stop + 1
  }

  #takeBody(bytes: Uint8Array, at: number, wanted: number): number {
    const stop = Math.min(bytes.length, at + wanted, at + this.#bodyLeft)
    this.#body.add(bytes.subarray(at, stop))
    this.#wanted -= stop - at
    this.#bodyLeft -= stop - at
    if (this.#bodyLeft === 0 && this.#wanted !== 0 && stop < bytes.length) this.#finish(true)
    else if (this.#wanted === 0 && this.#phase === 'counted') this.#finish(false)
    else if (this.#wanted === 0 && this.#phase === 'chunk') this.#phase = 'chunk_end'
    return stop
  }

  #takeLine(line: string): void {
    if (this.#phase === 'status') this.#takeStatus(line)
    else if (this.#phase === 'fields') this.#takeField(line)
    else if (this.#phase === 'size') this.#takeSize(line)
    else if (this.#phase === 'chunk_end') this.#takeChunkEnd(line)
    else if (line === '') this.#finish(false)
  }

  #takeStatus(line: string): void {
    const found = readStatusLine(line)
    if (found === undefined) return this.#fail('its first line is no status line of HTTP/1')
    this.#head = { ...found, headers: [] }
    this.#fields = []
    this.#phase = 'fields'
  }

  #takeField(line: string): void {
    if (line === '') return this.#takeHead()
    const last = this.#fields.at(-1)
    if (/^[ \t]/.test(line) && last !== undefined) {
      // a folded line is the last one's continuation: RFC 9112 §5.2
      this.#fields[this.#fields.length - 1] = [last[0], `${last[1]} ${line.trim()}`]
      return
    }
    const field = readFieldLine(line)
    if (field === undefined) this.#fail('a line of its head is no header field')
    else this.#fields.push(field)
  }

  #takeHead(): void {
    const { status } = this.#head
    this.#phase = 'status'
    // answers that announce another one are passed over: RFC 9110 §15.2
    if (status < 200 && status !== 101) return
    this.#head = { ...this.#head, headers: this.#fields }
    const framing = framingOf(this.#method, this.#head)
    if (framing.kind === 'malformed') return this.#fail(framing.problem)
    this.#wanted = framing.kind === 'length' ? framing.length : -1
    this.#phase = framing.kind === 'length' ? 'counted' : framing.kind === 'chunked' ? 'size' : 'rest'
    if (this.#wanted === 0) this.#finish(false)
  }

  #takeSize(line: string): void {
    const size = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;|$)/.exec(line)?.[1]
    if (size === undefined) return this.#fail('the size of a chunk is no number')
    this.#wanted = Number.parseInt(size, 16)
    this.#phase = this.#wanted === 0 ? 'trailers' : 'chunk'
    // what frames the chunks is no head: each chunk may have a line of its own again
    this.#headLeft = this.#limits.head
  }

  #takeChunkEnd(line: string): void {
    if (line !== '') return this.#fail('a chunk is longer than its size')
    this.#phase = 'size'
  }

  #fail(detail: string): void {
    this.#outcome = { kind: 'malformed', detail: `the answer is malformed: ${detail}` }
  }

  #finish(isCut: boolean): void {
    const { status, headers, minor } = this.#head
    const closes = minor === 0 || /(?:^|[ \t,])close(?:[ \t,]|$)/i.test(fieldValue(headers, 'connection') ?? '')
    const mayContinue = !isCut && !closes && this.#phase !== 'rest'
    const body = new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#body.bytes())
    this.#outcome = { kind: 'response', response: { status, headers, body, isCut }, mayContinue }
  }
}

/** Bytes that come in pieces, however small: a body of a million chunks takes no more room than one. */
class ByteCollector {
  #room = new Uint8Array(1024)
  #length = 0

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length
    if (length > this.#room.length) {
      const larger = new Uint8Array(Math.max(length, this.#room.length * 2))
      larger.set(this.#room)
      this.#room = larger
    }
    this.#room.set(bytes, this.#length)
    this.#length = length
  }

  bytes(): Uint8Array {
    return this.#room.subarray(0, this.#length)
  }
}

function latin1(bytes: Uint8Array): string {
  // TextDecoder('latin1') means windows-1252 on the web
  const step = 8192
  if (bytes.length <= step) return String.fromCharCode(...bytes)
  const pieces = Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) =>
    String.fromCharCode(...bytes.subarray(index * step, (index + 1) * step)),
  )
  return pieces.join('')
}
