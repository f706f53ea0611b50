export { storeContract } from './store-contract.ts'
export { processContract, type SharedStore } from './two-processes.ts'
export type { WorkerPlace } from './workers.ts'
