import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeIo } from '../node-io.ts'
import { listenForStops } from './test-stops.ts'

test('the first request stops, the second gives up cleaning, the third ends with 2: nothing was judged', async () => {
  let ask = () => {}
  const ended: (number | undefined)[] = []
  const said: string[] = []
  const stops = listenForStops({
    ...nodeIo(),
    onStop: stop => {
      ask = stop
      return () => {}
    },
    abort: code => void ended.push(code),
  })
  const display = {
    onEvent: () => {},
    say: (line: string) => void said.push(line),
    close: () => void said.push('closed'),
  }
  await stops.during(display, async () => {
    ask()
    assert.deepEqual([stops.signal.aborted, stops.abandon.aborted], [true, false])
    ask()
    assert.equal(stops.abandon.aborted, true)
    assert.deepEqual(ended, [])
    ask()
    assert.deepEqual(ended, [2])
  })
  assert.match(said.join('; '), /^stopping: .*; giving up: .*; closed/)
})
