import Kernel
import Records
import Server
import Store
import StoreTesting
import Testing

/// Whether somebody answers for every table when two records become one.
@Suite struct MergePartTests {
  @Test func `every table that names a customer or a contact has an owner who moves its rows or says why not`()
    async throws
  {
    try await withStore(.sqlite) { store in
      let named = try await store.read { tx in
        try tx.rows(
          """
          SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
          WHERE m.type = 'table' AND c.name IN ('customer_id', 'contact_id')
          """
        ) { (table: try $0(0, as: String.self), column: try $0(1, as: String.self)) }
      }
      for (column, noun) in [("customer_id", Actor.Noun.customer), ("contact_id", .contact)] {
        let tables = Set(named.filter { $0.column == column }.map(\.table))
        let missing = tables.subtracting(Modules.mergeParts.tables(of: noun))
        #expect(missing.isEmpty, "no MergePart of \(noun) answers for \(missing.sorted())")
      }
    }
  }
}
