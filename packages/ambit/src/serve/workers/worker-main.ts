import { nodeIo } from '../../cli/node-io.ts'
import { runWorker } from './run-worker.ts'

runWorker(nodeIo(), process)
