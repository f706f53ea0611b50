import type { OpenDatabase } from '../node/open-database.ts'
import { inputSelect, type Statement } from '../node/statement.ts'

/** A database that notes the text of each statement which it is given. */
export function recordingDatabase(db: OpenDatabase, note: (sql: string) => void): OpenDatabase {
  const noted = <In, Out>(statement: Statement<In, Out>) => {
    note(statement.sql(inputSelect(statement.input)))
    return statement
  }
  return {
    ...db,
    read: statement => db.read(noted(statement)),
    write: statement => db.write(noted(statement)),
    transact: (keys, work, mayTakeLong) =>
      db.transact(
        keys,
        query =>
          work((sql, values) => {
            note(sql)
            return query(sql, values)
          }),
        mayTakeLong,
      ),
    list: (sql, values, isStaleGood) => {
      note(sql)
      return db.list(sql, values, isStaleGood)
    },
  }
}
