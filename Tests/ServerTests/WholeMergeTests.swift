import Conditions
import Customers
import Kernel
import Records
import Server
import Store
import StoreTesting
import Testing

/// Two records with everything that can hang on them become one, and are two again.
@Suite struct WholeMergeTests {
  /// Tables that tell of what happened, rather than what is so.
  private static let telling: Set<String> = [
    "audit_entry", "audit_head", "outbox_event", "merge", "merge_move", "merge_undo", "id_block", "recent_record",
    "idempotency_key", "facts_revision",
  ]
  /// Numbers that only grow.
  private static let growing: Set<String> = ["version", "revision"]

  /// A name out of the schema, as part of a statement.
  private func sql(_ name: String) -> Statement { Statement(stringLiteral: name) }

  /// Every row of every table, as text.
  private func dump(_ store: Database) async throws -> [String] {
    let tables = try Schema().tables.filter { !Self.telling.contains($0.name) }
    return try await store.read { tx in
      var rows: [String] = []
      for table in tables {
        let names = table.columns.filter { !Self.growing.contains($0) }.joined(separator: ", ")
        rows += try tx.rows("SELECT \(sql(names)) FROM \(sql(table.name))") { "\(table.name) \($0.values)" }.sorted()
      }
      return rows
    }
  }

  /// The tables that still name a record, by the columns that can.
  private func naming(_ noun: Actor.Noun, _ id: Int64, _ store: Database) async throws -> [String] {
    let column = "\(noun.rawValue)_id"
    let tables = try Schema().tables.filter { !Self.telling.contains($0.name) }
    return try await store.read { tx in
      var found: [String] = []
      for table in tables {
        var conditions: [Statement] = []
        if table.columns.contains(column) { conditions.append("\(sql(column)) = \(id)") }
        if table.columns.contains("noun"), table.columns.contains("record_id") {
          conditions.append("noun = \(noun.rawValue) AND record_id = \(id)")
        }
        if table.columns.contains("about_id") {
          conditions.append("about_noun = \(noun.rawValue) AND about_id = \(id)")
        }
        for condition in conditions
        where try tx.first("SELECT 1 FROM \(sql(table.name)) WHERE \(condition) LIMIT 1") != nil {
          found.append(table.name)
        }
      }
      return found
    }
  }

  private struct Company {
    let modules: Modules
    let kept: ID<Customer>
    let lost: ID<Customer>
    let keptContact: ID<Contact>
    let lostContact: ID<Contact>
  }

  /// Two customers and two contacts, on each of which hangs one of everything.
  private func company(_ store: Database) async throws -> Company {
    let modules = Modules(store, clock: Stores.clock)
    try await modules.companies.found(Conditions.Company(name: "Sample"), by: .operator)
    let letter = try await modules.consents.create(try .init(name: "newsletter", text: "Write."), by: .operator)
    let form = try await modules.programs.forms.create(
      try WebForm.Draft(
        name: "Contact", title: "Write to us", intro: "", asks: ["company", "person", "consent"], required: [],
        kind: "organisation", owners: [], team: "", tag: "", thanks: "", thanksPath: "", origins: [],
        purpose: "newsletter", consent: "Write to me."), by: .operator)
    for noun in [Actor.Noun.customer, .contact] {
      let field = try CustomField.Draft(label: "Recommends \(noun.rawValue)", kind: "reference", target: noun.rawValue)
      for catalogue in modules.catalogues.all where catalogue.noun == .customer {
        _ = try await modules.customFields.create(field, for: catalogue, among: modules.catalogues, by: .operator)
      }
    }
    var made: [(customer: ID<Customer>, contact: ID<Contact>)] = []
    for (number, name) in ["Moor & Sons", "Moor und Söhne"].enumerated() {
      let entry = try WebFormEntry(
        [.company: name, .person: "Ada Moor", .email: "ada\(number)@moor.example", .consent: "1"], trap: "",
        opened: "", for: form)
      let sent = try await modules.programs.submissions.take(
        entry, token: form.token, origin: "", address: "192.0.2.\(number)")
      let (customer, contact) = (try #require(sent.customer), try #require(sent.contact))
      made.append((customer, contact))
      try await hang(on: customer, contact, number, letter.id, modules)
    }
    return Company(
      modules: modules, kept: made[0].customer, lost: made[1].customer, keptContact: made[0].contact,
      lostContact: made[1].contact)
  }

  private func hang(
    on customer: ID<Customer>, _ contact: ID<Contact>, _ number: Int, _ letter: ID<ConsentPurpose>, _ modules: Modules
  ) async throws {
    let said = [
      "kind": "call", "subject": "Call \(number)", "customer": "\(customer)", "contact": "\(contact)",
      "participants": "\(contact)",
    ]
    _ = try await modules.interactions.create(
      try Interaction.Draft(given: { said[$0] }, zone: .gmt, now: Stores.clock.now), by: .operator)
    let day = Stores.clock.now.day(in: .gmt)
    _ = try await modules.observations.create(
      try Observation.Draft(customer, .rival, on: day, other: "Rival \(number)", note: ""), by: .operator)
    _ = try await modules.consents.record(
      try .init(.contact(contact), letter, [.phone], number == 0 ? .given : .refused, source: "Call"), by: .operator)
    for key in [RecordKey(.customer, customer.rawValue), RecordKey(.contact, contact.rawValue)] {
      _ = try await modules.tasks.create(WorkTask.Draft("Task \(number)", about: key), by: .operator)
      _ = try await modules.tags.add("Tag \(number)", to: key, by: .operator)
      _ = try await modules.tags.add("Both", to: key, by: .operator)
      try await modules.database.write { tx in
        // Only the rows: all tests on one PostgreSQL share a folder.
        try tx.run(
          """
          INSERT INTO attachment_file (hash, bytes, type, created_at) VALUES ('none', 1, 'text', 0) ON CONFLICT DO NOTHING
          """)
        let id = try tx.newIDs(1).lowerBound
        try tx.run(
          """
          INSERT INTO attachment (id, noun, record_id, name, hash, actor_name, created_at)
          VALUES (\(id), \(key.noun.rawValue), \(key.id), 'note.txt', 'none', 'operator', 0)
          """)
      }
    }
    // Somebody else names them both.
    let friend = try await modules.customers.create(
      try Customer.Draft(kind: "organisation", name: "Friend \(number)", email: nil, parent: "\(customer)"),
      by: .operator)
    let fields = try await modules.desk.lists.whole(try modules.catalogues.of(.customer)).fields
    let own = fields.filter { RecordChanges.isOwn($0.name) }
    var changes: [String: String] = [:]
    for field in own {
      changes[field.name] = field.kind == .record(.customer) ? "\(customer)" : "\(contact)"
    }
    try await modules.desk.changes.edit(
      friend.id.rawValue, changes, of: try modules.catalogues.of(.customer), by: .operator)
    try await modules.desk.changes.edit(
      customer.rawValue, changes, of: try modules.catalogues.of(.customer), by: .operator)
  }

  @Test(arguments: Stores.underTest)
  func `everything that hangs on a customer moves, and comes back`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let company = try await company(store)
      let before = try await dump(store)
      let order = try Merge.Order(
        noun: "customer", kept: company.kept.rawValue, lost: [company.lost.rawValue])
      let merge = try #require(try await company.modules.merges.create(order, by: .operator).first)
      // In the bin it keeps its words, the tag that both bear, and whom it was spoken with.
      let left = try await naming(.customer, company.lost.rawValue, store)
      #expect(Set(left) == ["main_contact", "search_entry", "search_word", "tagging"])
      let people = try await company.modules.contacts.people(of: company.kept, for: .operator)
      #expect(people.count == 2)
      let tags = try await company.modules.tags.tags(of: RecordKey(.customer, company.kept.rawValue), for: .operator)
      #expect(tags.map(\.name) == ["Both", "Tag 0", "Tag 1"])
      _ = try await company.modules.merges.undo(merge.id, by: .operator)
      let after = try await dump(store)
      #expect(Set(after).symmetricDifference(before).sorted() == [])
    }
  }

  @Test(arguments: Stores.underTest)
  func `everything that hangs on a contact moves, and comes back`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let company = try await company(store)
      let before = try await dump(store)
      let order = try Merge.Order(
        noun: "contact", kept: company.keptContact.rawValue, lost: [company.lostContact.rawValue])
      let merge = try #require(try await company.modules.merges.create(order, by: .operator).first)
      let left = try await naming(.contact, company.lostContact.rawValue, store)
      #expect(Set(left) == ["search_entry", "search_word", "tagging"])
      let roles = try await company.modules.contacts.roles(of: [company.keptContact], for: .operator)
      #expect(roles.count == 2)
      _ = try await company.modules.merges.undo(merge.id, by: .operator)
      let after = try await dump(store)
      #expect(Set(after).symmetricDifference(before).sorted() == [])
    }
  }
}
