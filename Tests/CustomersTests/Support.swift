import Customers
import Kernel
import Records
import Store
import StoreTesting

/// A file on a record, by a name the library of tests does not have too.
typealias HungFile = Attachment

/// A company of two teams and three people, whose actors reach differently far.
struct Office {
  let customers: Customers
  let database: Database

  init(_ database: Database) async throws {
    self.database = database
    customers = Customers(database, clock: Stores.clock)
    try await database.write { tx in
      for team in [1, 2] {
        try tx.run("INSERT INTO team (id, name, created_at) VALUES (\(team), \("Team \(team)"), 0)")
      }
      for (user, team) in [(11, 1), (12, 1), (21, 2)] {
        try tx.run(
          """
          INSERT INTO app_user (id, email, name, password, role, team_id, created_at)
          VALUES (\(user), \("\(user)@example.org"), \("User \(user)"), '', 'administrator', \(team), 0)
          """)
      }
    }
  }

  /// An actor whose every right on customers reaches so far.
  func actor(_ user: Int64, team: Int64, _ reach: Actor.Reach) -> Actor {
    Actor(
      user: user, name: "User \(user)", teams: [team],
      grants: Set(Actor.Verb.allCases.map { .init($0, .customer, reach) } + [.init(.see, .purchase, reach)]))
  }

  func draft(
    _ name: String, kind: Customer.Kind = .person, email: String? = nil, parent: ID<Customer>? = nil
  ) throws -> Customer.Draft {
    try Customer.Draft(kind: kind.rawValue, name: name, email: email, parent: parent.map(\.description))
  }

  func make(_ name: String, parent: ID<Customer>? = nil, by actor: Actor = .operator) async throws -> Customer {
    try await customers.create(try draft(name, parent: parent), by: actor)
  }

  /// Gives a customer a name in another system.
  func key(_ key: String, of id: ID<Customer>, source: String = "shop") async throws {
    try await database.write { tx in
      let source = try Sources().named(source, at: Stores.clock.now, in: tx)
      try tx.run(
        "INSERT INTO customer_key (source_id, external_id, customer_id) VALUES (\(source.id), \(key), \(id))")
      try SearchIndex.refresh(Customers.searchSource, [id.rawValue], in: tx)
    }
  }

  func audit() async throws -> [AuditEntry] {
    try await database.read { try $0.auditEntries().reversed() }
  }

  var lists: RecordLists {
    RecordLists(
      database, customFields: CustomFields(database, clock: Stores.clock, currency: { _ in .euro }))
  }

  static let setting = ListSetting(today: Stores.clock.now.day(in: .gmt), zone: .gmt, currency: .euro)

  func page(_ question: RecordQuestion, for actor: Actor = .operator) async throws -> RecordPage {
    try await lists.page(question, of: customers.catalogue, for: actor, in: Self.setting)
  }

  func count(_ question: RecordQuestion, for actor: Actor = .operator) async throws -> Int {
    try await lists.count(question, of: customers.catalogue, for: actor, in: Self.setting)
  }

  /// Every page of a question, one after the other.
  func pages(_ question: RecordQuestion, for actor: Actor = .operator) async throws -> [RecordRow] {
    var question = question
    var all: [RecordRow] = []
    for _ in 0..<1_000 {
      let page = try await page(question, for: actor)
      all += page.rows
      guard let next = page.next else { return all }
      question.after = next
    }
    throw Problem(.invalid, "The list does not end.")
  }
}

/// Runs `body` in an office on a store of its own.
func withOffice(_ store: Dialect, _ body: (Office) async throws -> Void) async throws {
  try await withStore(store) { try await body(try await Office($0)) }
}
