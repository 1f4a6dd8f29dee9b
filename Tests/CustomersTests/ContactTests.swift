import Customers
import Kernel
import Records
import Store
import StoreTesting
import Testing

extension Office {
  /// An actor whose rights on the people of customers reach so far, like those on the customers themselves.
  func person(_ user: Int64, team: Int64, _ reach: Actor.Reach, seesPersonalData: Bool = true) -> Actor {
    let nouns: [Actor.Noun] = [.customer, .contact, .interaction, .consent, .purchase, .observation]
    return Actor(
      user: user, name: "User \(user)", teams: [team],
      grants: Set(nouns.flatMap { noun in Actor.Verb.allCases.map { Actor.Grant($0, noun, reach) } }),
      seesPersonalData: seesPersonalData)
  }

  var contacts: Contacts { Contacts(database, clock: Stores.clock) }
  var interactions: Interactions { Interactions(database, clock: Stores.clock) }
  var consents: Consents { Consents(database, clock: Stores.clock) }

  func contact(
    _ first: String, _ last: String, email: String? = nil, at customer: ID<Customer>? = nil,
    _ part: ContactRole.Part? = nil, by actor: Actor = .operator
  ) async throws -> Contact {
    let fields = ["firstName": first, "lastName": last, "email": email ?? ""]
    return try await contacts.create(
      try Contact.Draft { fields[$0] }, at: customer.map { ContactRole.Draft($0, part: part) }, by: actor)
  }
}

/// People: their roles, who sees them, what is kept of a change.
@Suite struct ContactTests {
  @Test(arguments: Stores.underTest)
  func `the first contact of a customer is its main contact until another is chosen`(_ store: Store.Dialect)
    async throws
  {
    try await withOffice(store) { office in
      let customer = try await office.make("Harbour")
      let ada = try await office.contact("Ada", "Byron", email: "ada@example.org", at: customer.id, .decider)
      let bob = try await office.contact("Bob", "Adler", at: customer.id, .user)
      var people = try await office.contacts.people(of: customer.id, for: .operator)
      #expect(people.map(\.contact.id) == [ada.id, bob.id] && people.map(\.isMain) == [true, false])
      try await office.contacts.setMain(bob.id, of: customer.id, by: .operator)
      people = try await office.contacts.people(of: customer.id, for: .operator)
      #expect(people.map(\.contact.id) == [bob.id, ada.id] && people.map(\.isMain) == [true, false])
      #expect(people.map(\.role.part) == [.user, .decider])
      let other = try await office.make("Another")
      await #expect(throws: Problem.self) {
        try await office.contacts.setMain(ada.id, of: other.id, by: .operator)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `a role ends by a row and is taken up again by its removal`(_ store: Store.Dialect) async throws {
    try await withOffice(store) { office in
      let customer = try await office.make("Harbour")
      let ada = try await office.contact("Ada", "Byron", at: customer.id, .buyer)
      let role = try #require(try await office.contacts.roles(of: [ada.id], for: .operator).first).role
      let day = try #require(Day("2026-01-10"))
      let ended = try await office.contacts.end(role.id, of: ada.id, on: day, by: .operator)
      #expect(ended.until == day)
      let twice = await #expect(throws: Problem.self) {
        try await office.contacts.end(role.id, of: ada.id, on: day, by: .operator)
      }
      #expect(twice?.kind == .conflict)
      #expect(try await office.contacts.reopen(role.id, of: ada.id, by: .operator).isRunning)
      let again = await #expect(throws: Problem.self) {
        try await office.contacts.add(.init(customer.id, part: .buyer), to: ada.id, by: .operator)
      }
      #expect(again?.kind == .conflict)
      // Had anew, it cannot run a second time beside that.
      _ = try await office.contacts.end(role.id, of: ada.id, on: day, by: .operator)
      _ = try await office.contacts.add(.init(customer.id, part: .buyer), to: ada.id, by: .operator)
      let both = await #expect(throws: Problem.self) {
        try await office.contacts.reopen(role.id, of: ada.id, by: .operator)
      }
      #expect(both?.kind == .conflict && both?.field == "role")
    }
  }

  @Test(arguments: Stores.underTest)
  func `a contact is seen by who holds it and by who sees one of its customers`(_ store: Store.Dialect) async throws {
    try await withOffice(store) { office in
      let (mine, other) = (office.person(11, team: 1, .own), office.person(21, team: 2, .own))
      let customer = try await office.make("Harbour", by: mine)
      let ada = try await office.contact("Ada", "Byron", at: customer.id)
      let own = try await office.contact("Own", "Person", by: other)
      #expect(try await office.contacts.list(ContactQuestion(), for: mine).rows.map(\.id) == [ada.id])
      #expect(try await office.contacts.list(ContactQuestion(), for: other).rows.map(\.id) == [own.id])
      #expect(try await office.contacts.count(for: mine) == 1)
      let problem = await #expect(throws: Problem.self) { try await office.contacts.find(ada.id, for: other) }
      #expect(problem?.kind == .notFound)
      // Looking after one of their customers is not enough to delete a person.
      await #expect(throws: Problem.self) { try await office.contacts.setBinned(true, ada.id, by: mine) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `the bin takes a contact out of every list, and gives it back`(_ store: Store.Dialect) async throws {
    try await withOffice(store) { office in
      let customer = try await office.make("Harbour")
      let ada = try await office.contact("Ada", "Byron", at: customer.id)
      try await office.contacts.setBinned(true, ada.id, by: .operator)
      #expect(try await office.contacts.list(ContactQuestion(), for: .operator).rows.isEmpty)
      #expect(try await office.contacts.people(of: customer.id, for: .operator).isEmpty)
      await #expect(throws: Problem.self) { try await office.contacts.setBinned(true, ada.id, by: .operator) }
      try await office.contacts.setBinned(false, ada.id, by: .operator)
      #expect(try await office.contacts.find(ada.id, for: .operator).name == "Ada Byron")
      #expect(try await office.audit().map(\.verb).suffix(2) == ["bin", "restore"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `addresses and numbers are kept with their kind and found by their beginning`(
    _ store: Store.Dialect
  ) async throws {
    try await withOffice(store) { office in
      let fields = [
        "lastName": "Müller", "email": "M@Example.org", "phone": "+49 40 123", "mobile": "0170 9",
        "more": "home: 040 777\nmueller@home.example",
      ]
      let made = try await office.contacts.create(try Contact.Draft { fields[$0] }, by: .operator)
      #expect(made.points?.map(\.kind) == [.work, .work, .mobile, .home, .other])
      #expect(made.email == "M@Example.org" && made.phone == "+49 40 123")
      for words in ["mueller", "MÜLLER", "m@exa", "mueller@home"] {
        let found = try await office.contacts.list(ContactQuestion(words: words), for: .operator).rows
        #expect(found.map(\.id) == [made.id], "by \(words)")
      }
      let after = try await office.contacts.edit(made.id, version: made.version, by: .operator) { before in
        try Contact.Draft { $0 == "job" ? "Buyer" : before.text($0) }
      }
      #expect(after.points == made.points && after.job == "Buyer")
      let late = await #expect(throws: Problem.self) {
        try await office.contacts.edit(made.id, version: made.version, by: .operator) { _ in
          try Contact.Draft { fields[$0] }
        }
      }
      #expect(late?.kind == .conflict)
      for (field, value) in [("email", "no address"), ("phone", "x"), ("birthday", "soon"), ("lastName", "")] {
        let wrong = #expect(throws: Problem.self) {
          try Contact.Draft { $0 == field ? value : field == "lastName" ? nil : fields[$0] }
        }
        #expect(wrong?.field == field)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `who may not read personal data gets no name, no address and no order by them`(
    _ store: Store.Dialect
  ) async throws {
    try await withOffice(store) { office in
      let analyst = office.person(11, team: 1, .all, seesPersonalData: false)
      let customer = try await office.make("Harbour")
      let ada = try await office.contact("Ada", "Byron", email: "ada@example.org", at: customer.id, .sponsor)
      let seen = try await office.contacts.find(ada.id, for: analyst)
      #expect(seen.name == "Contact \(ada.id)" && seen.email == nil && seen.points == [])
      let people = try await office.contacts.people(of: customer.id, for: analyst)
      #expect(people.map(\.contactName) == ["Contact \(ada.id)"])
      #expect(people.map(\.customerName) == ["Customer \(customer.id)"])
      #expect(people.map(\.role.part) == [.sponsor])
      for question in [ContactQuestion(words: "ada", order: .added), ContactQuestion()] {
        await #expect(throws: Problem.self) { try await office.contacts.list(question, for: analyst) }
        await #expect(throws: Problem.self) { try await office.contacts.count(question, for: analyst) }
      }
      #expect(Contacts.catalogue.fields(for: analyst).allSatisfy { !$0.isPersonal })
      let problem = await #expect(throws: Problem.self) {
        try await office.contacts.edit(ada.id, version: ada.version, by: analyst) { before in
          try Contact.Draft { $0 == "lastName" ? "King" : before.text($0) }
        }
      }
      #expect(problem?.field == "lastName")
    }
  }

  @Test(arguments: Stores.underTest)
  func `a merge moves people and can be undone`(_ store: Store.Dialect) async throws {
    try await withOffice(store) { office in
      let (left, right) = (try await office.make("Left"), try await office.make("Right"))
      let ada = try await office.contact("Ada", "Byron", email: "ada@example.org", at: left.id)
      let twin = try await office.contact("A.", "Byron", email: "a@example.org", at: right.id, .user)
      let moved = try await office.database.write { try Contacts.move(contact: ada.id, to: twin.id, in: $0) }
      #expect(
        try await office.contacts.find(twin.id, for: .operator).points?.map(\.value) == [
          "a@example.org", "ada@example.org",
        ])
      #expect(try await office.contacts.people(of: left.id, for: .operator).map(\.contact.id) == [twin.id])
      try await office.database.write { try Contacts.undo(moved, contact: ada.id, to: twin.id, in: $0) }
      let whole = try await office.database.write { try Contacts.move(customer: left.id, to: right.id, in: $0) }
      #expect(try await office.contacts.people(of: right.id, for: .operator).count == 2)
      try await office.database.write { try Contacts.undo(whole, customer: left.id, in: $0) }
      #expect(try await office.contacts.people(of: left.id, for: .operator).map(\.contact.id) == [ada.id])
      #expect(try await office.contacts.find(ada.id, for: .operator).points?.map(\.value) == ["ada@example.org"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `the catalogue edits, bins and restores through the same checks`(_ store: Store.Dialect) async throws {
    try await withOffice(store) { office in
      let ada = try await office.contact("Ada", "Byron", email: "ada@example.org")
      let catalogue = Contacts.catalogue
      let edit = try #require(catalogue.edit)
      let bin = try #require(catalogue.bin)
      try await office.database.write { tx in
        try edit(ada.id.rawValue, ["job": "Poet", "email": "a@example.org"], .operator, Stores.clock.now, tx)
      }
      let after = try await office.contacts.find(ada.id, for: .operator)
      #expect(after.job == "Poet" && after.email == "a@example.org" && after.lastName == "Byron")
      try await office.database.write { try bin(ada.id.rawValue, .operator, Stores.clock.now, $0) }
      let fields = try await office.database.read { tx in
        try catalogue.fields.map { field in
          try tx.value(
            "SELECT count(*) FROM \(catalogue.table) WHERE (\(field.value)) IS NULL OR (\(field.value)) IS NOT NULL",
            as: Int.self)
        }
      }
      #expect(fields.allSatisfy { $0 == 1 })
    }
  }
}
