// OpenAPI 3.2 §4.1, §4.9, §4.10; Swagger 2.0
import type { OpenApiVersion } from './operation.ts'

type Names = Readonly<Record<OpenApiVersion, ReadonlySet<string>>>

const methods2 = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']
const methods3 = [...methods2, 'trace']

/** The members of a path item that are operations. */
export const methodsOf: Names = {
  '2.0': new Set(methods2),
  '3.0': new Set(methods3),
  '3.1': new Set(methods3),
  '3.2': new Set([...methods3, 'query']),
}

const item3 = ['summary', 'description', 'servers', 'parameters']

/** All members of a path item. */
export const pathItemMembers: Names = {
  '2.0': new Set([...methods2, 'parameters']),
  '3.0': new Set([...methods3, ...item3]),
  '3.1': new Set([...methods3, ...item3]),
  '3.2': new Set([...methods3, ...item3, 'query', 'additionalOperations']),
}

const operation = 'tags summary description externalDocs operationId parameters responses deprecated security'.split(
  ' ',
)
const operation3 = new Set([...operation, 'requestBody', 'callbacks', 'servers'])

/** All members of an operation. */
export const operationMembers: Names = {
  '2.0': new Set([...operation, 'consumes', 'produces', 'schemes']),
  '3.0': operation3,
  '3.1': operation3,
  '3.2': operation3,
}

const document2 =
  'swagger info host basePath schemes consumes produces paths definitions parameters responses securityDefinitions security tags externalDocs'
const document30 = 'openapi info servers paths components security tags externalDocs'
const document31 = `${document30} jsonSchemaDialect webhooks`

/** All members of a document. */
export const documentMembers: Names = {
  '2.0': new Set(document2.split(' ')),
  '3.0': new Set(document30.split(' ')),
  '3.1': new Set(document31.split(' ')),
  '3.2': new Set(`${document31} $self`.split(' ')),
}
