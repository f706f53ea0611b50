export { answer } from './answer.ts'
export { type GuardedListener, type NodeGuardOptions, nodeGuard, serveMetadata } from './guard.ts'
export { type NodeRequest, type NodeResponse, nodePeer, readNodeRequest } from './request.ts'
