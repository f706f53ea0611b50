import type { EventQueue } from './event-queue.ts'

type Task = { readonly micros: number; readonly done: () => void }

/** Some processors of one kind that threads take turns on; a task is not interrupted. */
export class Processors {
  readonly #queue: EventQueue
  readonly #waiting: Thread[] = []
  #idle: number
  /** How long they have worked, together. */
  busy = 0

  constructor(queue: EventQueue, count: number) {
    this.#queue = queue
    this.#idle = count
  }

  /** Lets a thread have its next task done, when its turn comes. */
  enter(thread: Thread): void {
    this.#waiting.push(thread)
    this.#begin()
  }

  #begin(): void {
    while (this.#idle > 0) {
      const thread = this.#waiting.shift()
      const task = thread?.next()
      if (!thread || !task) return
      this.#idle--
      this.busy += task.micros
      this.#queue.after(task.micros, () => {
        this.#idle++
        task.done()
        thread.leave()
        this.#begin()
      })
    }
  }
}

/** What does one thing after the other: an event loop, or a backend of the database. */
export class Thread {
  readonly #processors: Processors
  readonly #tasks: Task[] = []
  #isEntered = false

  constructor(processors: Processors) {
    this.#processors = processors
  }

  /** Works for a span, after what it has to do already. */
  work(micros: number, done: () => void): void {
    this.#tasks.push({ micros, done })
    this.#enter()
  }

  next(): Task | undefined {
    return this.#tasks.shift()
  }

  leave(): void {
    this.#isEntered = false
    this.#enter()
  }

  #enter(): void {
    if (this.#isEntered || this.#tasks.length === 0) return
    this.#isEntered = true
    this.#processors.enter(this)
  }
}

/** A log on a disk: one wait for the disk is enough for all that was written before it began. */
export class Log {
  readonly #queue: EventQueue
  readonly #micros: number
  #waiting: (() => void)[] = []
  #isSyncing = false

  constructor(queue: EventQueue, micros: number) {
    this.#queue = queue
    this.#micros = micros
  }

  sync(done: () => void): void {
    this.#waiting.push(done)
    this.#begin()
  }

  #begin(): void {
    if (this.#isSyncing || this.#waiting.length === 0) return
    const covered = this.#waiting
    this.#waiting = []
    this.#isSyncing = true
    this.#queue.after(this.#micros, () => {
      this.#isSyncing = false
      for (const done of covered) done()
      this.#begin()
    })
  }
}
