import type { Endpoint } from '../context.ts'
import { assetsEndpoint } from './assets.ts'

/** Every endpoint of the server beside its metadata; a new one is one file and one line. */
export const endpoints: readonly Endpoint[] = [assetsEndpoint]
