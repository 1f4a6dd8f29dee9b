import Customers
import Kernel
import Store
import StoreTesting
import Testing

/// Who may be contacted for what, by what, and why not.
@Suite struct ConsentTests {
  private struct Desk {
    let office: Office
    let letter: ConsentPurpose
    let ada: Contact

    var person: Consent.Person { .contact(ada.id) }

    func say(
      _ state: Consent.State, _ channels: [Consent.Channel] = [.email], basis: Consent.Basis? = nil,
      on day: String? = nil, until: String? = nil, by person: Consent.Person? = nil
    ) async throws {
      _ = try await office.consents.record(
        try .init(
          person ?? self.person, letter.id, channels, state, basis: basis, on: day.flatMap { Day($0) },
          expires: until.flatMap { Day($0) }, source: "Form"), by: .operator)
    }

    func may(_ channel: Consent.Channel = .email, _ person: Consent.Person? = nil) async throws -> Contactable {
      try await office.consents.contactable(person ?? self.person, letter.id, channel, for: .operator)
    }
  }

  private func withDesk(_ store: Store.Dialect, _ body: (Desk) async throws -> Void) async throws {
    try await withOffice(store) { office in
      let letter = try await office.consents.create(
        try .init(name: "Newsletter", months: 24, text: "You may write to me."), by: .operator)
      let ada = try await office.contact("Ada", "Byron", email: "ada@example.org")
      try await body(Desk(office: office, letter: letter, ada: ada))
    }
  }

  @Test(arguments: Stores.underTest)
  func `unknown is no, and a yes counts by its channel until it ends`(_ store: Store.Dialect) async throws {
    try await withDesk(store) { desk in
      #expect(try await desk.may().isAllowed == false)
      try await desk.say(.given)
      let answer = try await desk.may()
      #expect(answer.isAllowed && answer.expires == Day("2028-01-15") && answer.basis == .consent)
      #expect(try await desk.may(.phone).isAllowed == false)
      try await desk.say(.given, [.phone], on: "2024-01-02", until: "2026-01-14")
      let over = try await desk.may(.phone)
      #expect(!over.isAllowed && over.reason.contains("2026-01-14"))
      #expect(try await desk.office.consents.history(of: desk.person, for: .operator).map(\.text) == [1, 1])
    }
  }

  @Test(arguments: Stores.underTest)
  func `what was said last counts, and of one moment the no`(_ store: Store.Dialect) async throws {
    try await withDesk(store) { desk in
      try await desk.say(.withdrawn)
      try await desk.say(.given)
      #expect(try await desk.may().reason == "They took it back.")
      // Written down later, but said before.
      try await desk.say(.refused, [.phone])
      try await desk.say(.given, [.phone], on: "2025-12-01")
      #expect(try await desk.may(.phone).isAllowed == false)
      try await desk.say(.refused, [.post], on: "2025-12-01")
      try await desk.say(.given, [.post], on: "2025-12-02")
      #expect(try await desk.may(.post).isAllowed)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a legitimate interest carries letters and no e-mail`(_ store: Store.Dialect) async throws {
    try await withDesk(store) { desk in
      try await desk.say(.given, [.email, .post], basis: .legitimateInterest)
      #expect(try await desk.may(.email).isAllowed == false)
      #expect(try await desk.may(.post).isAllowed)
      try await desk.say(.given, [.sms], basis: .contract)
      #expect(try await desk.may(.sms).isAllowed)
    }
  }

  @Test(arguments: Stores.underTest)
  func `many people are answered at once, and only those the actor sees`(_ store: Store.Dialect) async throws {
    try await withDesk(store) { desk in
      let person = try await desk.office.make("Household")
      let firm = try await desk.office.customers.create(
        try desk.office.draft("Firm", kind: .organisation), by: .operator)
      try await desk.say(.given)
      try await desk.say(.given, by: .customer(person.id))
      await #expect(throws: Problem.self) { try await desk.say(.given, by: .customer(firm.id)) }
      let people: [Consent.Person] = [desk.person, .customer(person.id), .customer(firm.id), .contact(ID(999))]
      let all = try await desk.office.consents.contactable(people, desk.letter.id, .email, for: .operator)
      #expect(all.count == 2 && all.values.allSatisfy(\.isAllowed))
      let stranger = desk.office.person(21, team: 2, .own)
      #expect(try await desk.office.consents.contactable(people, desk.letter.id, .email, for: stranger).isEmpty)
      let counts = try await desk.office.consents.counts(for: .operator)
      #expect(counts.map(\.people) == [2] && counts.map { $0.allowed(.email) } == [2])
      #expect(counts.map { $0.allowed(.phone) } == [0])
      #expect(try await desk.office.consents.counts(for: stranger).map(\.people) == [0])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a merge keeps the stricter of two, and is undone`(_ store: Store.Dialect) async throws {
    try await withDesk(store) { desk in
      let twin = try await desk.office.contact("A.", "Byron")
      let other = Consent.Person.contact(twin.id)
      try await desk.say(.withdrawn, on: "2025-12-01")
      try await desk.say(.given, on: "2025-12-24", by: other)
      try await desk.say(.given, [.post], on: "2025-12-01", until: "2026-02-01")
      try await desk.say(.given, [.post], on: "2025-12-24", by: other)
      let moved = try await desk.office.database.write { tx in
        try Consents.move(from: desk.person, to: other, by: .operator, at: Stores.clock.now, in: tx)
      }
      #expect(try await desk.may(.email, other).reason == "They took it back.")
      #expect(try await desk.may(.post, other).expires == Day("2026-02-01"))
      try await desk.office.database.write { try Consents.undo(moved, from: desk.person, to: other, in: $0) }
      #expect(try await desk.may(.email, other).isAllowed)
      #expect(try await desk.may(.post, other).expires == Day("2027-12-24"))
      #expect(try await desk.may(.email).isAllowed == false)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a no that is said while two are one stays with both`(_ store: Store.Dialect) async throws {
    try await withDesk(store) { desk in
      let twin = try await desk.office.contact("A.", "Byron")
      let other = Consent.Person.contact(twin.id)
      try await desk.say(.given, [.email, .phone], on: "2025-12-01")
      try await desk.say(.refused, [.post], on: "2025-12-01", by: other)
      let moved = try await desk.office.database.write { tx in
        try Consents.move(from: desk.person, to: other, by: .operator, at: Stores.clock.now, in: tx)
      }
      try await desk.say(.withdrawn, by: other)
      try await desk.say(.given, [.post], by: other)
      try await desk.office.database.write { try Consents.undo(moved, from: desk.person, to: other, in: $0) }
      #expect(try await desk.may(.email).reason == "They took it back.")
      #expect(try await desk.may(.email, other).reason == "They took it back.")
      #expect(try await desk.may(.phone).isAllowed)
      #expect(try await desk.may(.post, other).isAllowed)
      // A yes said meanwhile is no yes of the one that comes back.
      #expect(
        try await desk.office.consents.history(of: desk.person, for: .operator).map(\.channel) == [
          .email, .phone, .email,
        ])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a new text leaves earlier consents with the text they were given to`(_ store: Store.Dialect) async throws {
    try await withDesk(store) { desk in
      try await desk.say(.given)
      let after = try await desk.office.consents.add("You may write and call.", to: desk.letter.id, by: .operator)
      #expect(after.texts.map(\.number) == [2, 1])
      try await desk.say(.given, [.phone])
      let said = try await desk.office.consents.history(of: desk.person, for: .operator)
      #expect(Set(said.map { "\($0.channel.rawValue) \($0.text ?? 0)" }) == ["email 1", "phone 2"])
      let same = await #expect(throws: Problem.self) {
        try await desk.office.consents.add("You may write and call.", to: desk.letter.id, by: .operator)
      }
      #expect(same?.kind == .conflict)
      let twice = await #expect(throws: Problem.self) {
        try await desk.office.consents.create(try .init(name: "newsletter"), by: .operator)
      }
      #expect(twice?.field == "name")
    }
  }
}

/// Who may be contacted, as a list.
@Suite struct ReachableTests {
  @Test(arguments: Stores.underTest)
  func `the list has whom the rule allows, page by page, and nobody else`(_ dialect: Dialect) async throws {
    try await withOffice(dialect) { office in
      let letter = try await office.consents.create(try .init(name: "Newsletter"), by: .operator)
      let day = Stores.clock.now.day(in: .gmt)
      var wanted: [String] = []
      for number in 1...7 {
        let contact = try await office.contacts.create(
          try Contact.Draft { ["lastName": "Moor \(number)", "email": "moor\(number)@example.org"][$0] }, by: .operator)
        // Refused, expired and never asked are no.
        let state: Consent.State = number == 2 ? .refused : .given
        if number == 4 { continue }
        _ = try await office.consents.record(
          try .init(
            .contact(contact.id), letter.id, [.email], state, on: number == 3 ? day.adding(days: -30) : nil,
            expires: number == 3 ? day.adding(days: -1) : nil, source: "Form"), by: .operator)
        if ![2, 3].contains(number) { wanted.append("Moor \(number) moor\(number)@example.org") }
      }
      let ada = try await office.customers.create(
        try Customer.Draft(kind: "person", name: "Ada", email: nil, parent: nil), by: .operator)
      _ = try await office.consents.record(
        try .init(.customer(ada.id), letter.id, [.email], .given, source: "Form"), by: .operator)
      wanted.append("Ada ")
      var seen: [String] = []
      var after: String?
      repeat {
        let page = try await office.consents.reachable(letter.id, .email, after: after, size: 2, for: .operator)
        seen += page.rows.map { "\($0.name ?? "") \($0.address ?? "")" }
        after = page.next
      } while after != nil
      #expect(seen == wanted)
      #expect(try await office.consents.reachable(letter.id, .phone, for: .operator).rows.isEmpty)
      let blind = Actor(
        user: 7, name: "blind",
        grants: [.init(.see, .consent, .all), .init(.see, .contact, .all), .init(.see, .customer, .own)],
        seesPersonalData: false)
      let hidden = try await office.consents.reachable(letter.id, .email, for: blind)
      #expect(hidden.rows.count == 4 && hidden.rows.allSatisfy { $0.name == nil && $0.address == nil })
      await #expect(throws: Problem.self) {
        try await office.consents.reachable(letter.id, .email, after: "here", for: .operator)
      }
      let renamed = try await office.consents.edit(
        letter.id, name: "Letter", note: "Monthly", months: 24, by: .operator)
      #expect(renamed.name == "Letter" && renamed.months == 24 && renamed.basis == .consent)
      _ = try await office.consents.create(try .init(name: "Calls"), by: .operator)
      await #expect(throws: Problem.self) {
        try await office.consents.edit(letter.id, name: "calls", note: "", months: nil, by: .operator)
      }
    }
  }
}
