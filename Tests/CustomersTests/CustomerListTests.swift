import Customers
import Kernel
import Records
import Store
import StoreTesting
import Testing

@Suite struct CustomerListTests {
  @Test(arguments: Stores.underTest) func `names are found however they are typed`(store: Dialect) async throws {
    try await withOffice(store) { office in
      let mueller = try await office.make("Müller Straße")
      _ = try await office.make("Muller")
      _ = try await office.make("100 % Bio")
      for words in ["müller", "MUELLER", "mueller strasse", "strasse mue", "Mu\u{308}ller"] {
        #expect(
          try await office.pages(RecordQuestion(words: words)).map(\.id).contains(mueller.id.rawValue), "\(words)")
      }
      for words in ["%", "_", "!", "mueller bio"] {
        #expect(try await office.pages(RecordQuestion(words: words)).isEmpty, "\(words)")
      }
      #expect(try await office.count(RecordQuestion(words: "müller")) == 2)
      #expect(try await office.count(RecordQuestion(words: "müller straße")) == 1)
    }
  }

  @Test(arguments: Stores.underTest)
  func `customers are found by their name in another system`(store: Dialect) async throws {
    try await withOffice(store) { office in
      let ada = try await office.make("Ada")
      _ = try await office.make("Bob")
      try await office.key("C-100/Ä", of: ada.id)
      try await office.key("4711", of: ada.id, source: "till")
      for words in ["C-100/Ä", "4711", "ada 4711"] {
        #expect(try await office.pages(RecordQuestion(words: words)).map(\.id) == [ada.id.rawValue], "\(words)")
      }
      #expect(try await office.pages(RecordQuestion(words: "471")).map(\.id) == [ada.id.rawValue])
      #expect(try await office.pages(RecordQuestion(words: "711")).isEmpty)
      #expect(try await office.customers.keys(of: ada.id, for: .operator).map(\.source) == ["shop", "till"])
    }
  }

  @Test(arguments: Stores.underTest) func `pages cover every row once in each order`(store: Dialect) async throws {
    try await withOffice(store) { office in
      // Equal names, and names that other collations would order otherwise.
      let names = (0..<23).map { ["same", "Ärger", "a b", "a-b", "ab", "zz", "Z~1", "ß"][$0 % 8] }
      var made: [Customer] = []
      for name in names { made.append(try await office.make(name)) }
      for size in [1, 4, 23, 200] {
        for field in ["name", "createdAt", "kind", "email", "owner", "value", "lastOrder"] {
          let up = try await office.pages(RecordQuestion(sort: RecordSort(field), size: size)).map(\.id)
          let down = try await office.pages(RecordQuestion(sort: RecordSort(field, isDescending: true), size: size))
            .map(\.id)
          #expect(up.count == 23 && Set(up) == Set(made.map(\.id.rawValue)))
          #expect(down == up.reversed())
        }
      }
      let folded = try await office.pages(RecordQuestion(size: 4)).map { Array(Text.folded($0.title).utf8) }
      #expect(zip(folded, folded.dropFirst()).allSatisfy { !$1.lexicographicallyPrecedes($0) })
      #expect(
        try await office.pages(RecordQuestion(sort: RecordSort("createdAt"))).map(\.id) == made.map(\.id.rawValue))
    }
  }

  @Test(arguments: Stores.underTest) func `a page stands still while rows are added`(store: Dialect) async throws {
    try await withOffice(store) { office in
      for name in ["b", "d", "f"] { _ = try await office.make(name) }
      let first = try await office.page(RecordQuestion(size: 2))
      for name in ["a", "c", "e"] { _ = try await office.make(name) }
      let second = try await office.page(RecordQuestion(after: first.next, size: 2))
      #expect(first.rows.map(\.title) + second.rows.map(\.title) == ["b", "d", "e", "f"])
      #expect(second.next == nil)
    }
  }

  @Test(arguments: Stores.underTest) func `a kind narrows the list`(store: Dialect) async throws {
    try await withOffice(store) { office in
      for kind in Customer.Kind.allCases {
        _ = try await office.customers.create(try office.draft(kind.word, kind: kind), by: .operator)
      }
      for kind in Customer.Kind.allCases {
        let rows = try await office.pages(RecordQuestion(filter: .condition(.init("kind", .is, [kind.rawValue]))))
        #expect(rows.map(\.title) == [kind.word])
        #expect(try await office.customers.count(kind, for: .operator) == 1)
      }
    }
  }

  @Test(arguments: Stores.underTest) func `a place that is none is refused`(store: Dialect) async throws {
    try await withOffice(store) { office in
      for place in ["", "x", "0~a", "-1~a", "12"] {
        let found = await #expect(throws: Problem.self) {
          try await office.page(RecordQuestion(after: place))
        }
        #expect(found?.kind == .malformed, "“\(place)”")
      }
    }
  }

  @Test(arguments: Stores.underTest) func `a company without customers has an empty page`(store: Dialect) async throws {
    try await withOffice(store) { office in
      let page = try await office.page(RecordQuestion())
      #expect(page.rows.isEmpty && page.next == nil)
      #expect(try await office.customers.count(for: .operator) == 0)
      let ledger = try await PurchaseLedgers(office.database).current(for: .operator)
      #expect(ledger.customers.isEmpty && ledger.starts == [0] && ledger.lastDay == nil)
    }
  }
}
