import { sqlStateOf } from './failure.ts'

/** Does what changes tables; where the database does not let this user do it, a sentence says who may. */
export async function explainRights<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const sentence = sentences[sqlStateOf(error) ?? '']
    throw sentence === undefined ? error : new Error(sentence, { cause: error })
  }
}

const sentences: Readonly<Record<string, string>> = {
  '42501':
    'the database does not permit this user to make tables; run `ambit store migrate` or `ambit store copy` with the URL of its owner, or GRANT CREATE ON SCHEMA public to this user',
  '42P07': 'the database has tables of another program; give the store a database of its own',
  '25006': 'the server may only be read; name the one that may be written',
  '3F000': "the user's search_path names no schema that is there; make one, or set it",
}
