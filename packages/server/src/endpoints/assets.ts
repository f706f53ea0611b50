import { json, noStore } from '@ambit/protocol'
import type { Endpoint } from '../context.ts'

/** The style and script of the pages, below `/assets/`. */
export const assetsEndpoint: Endpoint = {
  path: '/assets/*',
  methods: ['GET'],
  handle: async (context, { request }) => {
    const asset = context.pages.asset(request.path.slice(request.path.lastIndexOf('/') + 1))
    if (asset === undefined)
      return json(404, { error: 'not_found', error_description: 'there is no such file' }, noStore)
    return {
      status: 200,
      headers: {
        'content-type': asset.contentType,
        'cache-control': 'public, max-age=300',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      },
      body: asset.body,
    }
  },
}
