import Foundation
import Kernel
import Records
import Store
import StoreTesting
import Testing

/// Filters as text and as conditions.
@Suite struct FilterTests {
  static let texts = [
    "kind is organisation", "name contains 'meier'", "kind is person,household and not (email empty)",
    "a is 1 or b is 2", "(a is 1 or b is 2) and c empty", "not (a is 1 and b is 2)", "name is 'O''Neill, and sons'",
    "value between 1,2", "createdAt last 30", "owner mine", "a is 'and'", "name is ''",
  ]

  @Test("what is read is written alike, and read again the same", arguments: texts)
  func text(_ text: String) throws {
    let filter = try #require(try Filter(text: text))
    #expect(try Filter(text: filter.text) == filter)
  }

  @Test(
    "text that is no filter is refused with its place",
    arguments: [
      "kind", "kind is", "kind was 1", "(kind is person", "kind is person)", "a is 1 and b is 2 or c is 3",
      "name is 'x",
      "and", "not", "kind is person kind is person", "a between 1", "a between 1,2,3", "a & b", "(((((((((((((((((((",
      "a is 1,", "é is 1",
    ])
  func refused(_ text: String) throws {
    let problem = #expect(throws: Problem.self) { try Filter(text: text) }
    #expect(problem?.field == "filter" && problem?.mend != nil)
  }

  @Test("a filter is at most five deep and fifty long")
  func bounds() throws {
    let five = "not (a is 1 and (b is 1 or (c is 1 and (d is 1 or e is 1))))"
    #expect(try Filter(text: five) != nil)
    #expect(throws: Problem.self) { try Filter(text: "(x is 1 and \(five)) or y is 1") }
    let many = { (count: Int) in (0..<count).map { "a is \($0)" }.joined(separator: " or ") }
    #expect(try Filter(text: many(50))?.conditions.count == 50)
    #expect(throws: Problem.self) { try Filter(text: many(51)) }
    #expect(throws: Problem.self) { try Filter(text: String(repeating: "(", count: 7_000)) }
  }

  @Test("any bytes are read or refused, never more")
  func anything() {
    var chance = SystemRandomNumberGenerator()
    let signs = Array("kind is name contains and or not ( ) , ' 'meier' 12 empty last . - ä \u{301} % _".unicodeScalars)
    for _ in 0..<5_000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...40, using: &chance) {
        if let sign = signs.randomElement(using: &chance) { text.append(sign) }
      }
      _ = try? Filter(text: String(text))
    }
  }
}

/// What formulas mean, computed by both stores.
@Suite struct FormulaTests {
  private func value(_ formula: String, _ store: Dialect) async throws -> String {
    try await withStore(store) { database in
      let fields = CustomFields(database, clock: Stores.clock) { _ in .euro }
      let made = try await fields.create(
        CustomField.Draft(label: "Result", kind: "formula", formula: formula), for: Self.catalogue,
        among: Catalogues([Self.catalogue]), by: .operator)
      let lists = RecordLists(database, customFields: fields)
      let setting = ListSetting(today: Day(20_468), zone: .gmt, currency: .euro)
      let page = try await lists.page(
        RecordQuestion(columns: [made.name]), of: Self.catalogue, for: .operator, in: setting)
      return "\(page.rows.first?.values.first ?? .missing)"
    }
  }

  /// One record without a table: seven orders, 123.45 euro, a day, a missing number.
  static let catalogue = Catalogue(
    .customer, word: "customer", plural: "customers", path: "/customers",
    table: """
      (SELECT 1 AS id, 'Ada' AS name, 7 AS orders, CAST(12345 AS BIGINT) AS value, CAST(20000 AS BIGINT) AS day,
        CAST(NULL AS BIGINT) AS none, CAST(1767225600000000 AS BIGINT) AS at) c
      """,
    id: "c.id", title: "c.name",
    fields: [
      RecordField("name", "Name", .text, value: "c.name", order: "c.name", isPersonal: true),
      RecordField("orders", "Orders", .integer, value: "c.orders"),
      RecordField("value", "Value", .money, value: "c.value"), RecordField("day", "Day", .day, value: "c.day"),
      RecordField("at", "At", .instant, value: "c.at"), RecordField("nothing", "Nothing", .integer, value: "c.none"),
    ], columns: ["name"], sort: RecordSort("name"), scope: { _, _ in "TRUE" })

  @Test("a formula means the same on both stores", arguments: Stores.underTest)
  func meanings(store: Dialect) async throws {
    for (formula, expected) in [
      ("1 + 2 * 3", "number(7.0)"), ("(1 + 2) * 3", "number(9.0)"), ("7 / 2", "number(3.5)"),
      ("orders / 2", "number(3.5)"), ("value", "number(123.45)"), ("round(value / orders, 2)", "number(17.64)"),
      ("orders / 0", "missing"), ("nothing + 1", "missing"), ("or_else(nothing, 0) + 1", "number(1.0)"),
      ("if(orders > 5 and not(missing(value)), 'often', 'seldom')", "text(\"often\")"),
      ("max(1, orders, 3)", "number(7.0)"), ("min(orders, 2)", "number(2.0)"), ("-orders", "number(-7.0)"),
      ("abs(1 - 3)", "number(2.0)"), ("orders = 7", "flag(true)"), ("missing(nothing)", "flag(true)"),
      ("day + 30 - day", "number(30.0)"), ("lower(name) & '!'", "text(\"ada!\")"), ("2 - 1 - 1", "number(0.0)"),
      ("today - day", "number(468.0)"), ("today - at", "number(14.0)"),
      ("if(at < today, 'past', 'no')", "text(\"past\")"),
    ] {
      #expect(try await value(formula, store) == expected, "\(formula)")
    }
  }

  @Test("a moment counts as its day where the company is, summer and winter", arguments: Stores.underTest)
  func moments(store: Dialect) async throws {
    try await withStore(store) { database in
      for name in ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "GMT"] {
        let zone = try #require(TimeZone(identifier: name))
        let calendar = FormulaCalendar(now: Stores.clock.now, in: zone)
        for step in 0..<400 {
          let moment = Instant(microseconds: Stores.clock.now.microseconds - Int64(step) * 860_123_456_789)
          let day = try await database.read { tx in
            try tx.value("SELECT \(calendar.day(of: "CAST(\(moment.microseconds) AS BIGINT)"))", as: Int64.self)
          }
          #expect(day == Int64(moment.day(in: zone).number), "\(name) \(moment)")
        }
      }
    }
  }

  @Test("a formula that cannot be understood, or rests on itself, is refused")
  func refused() async throws {
    try await withStore(.sqlite) { database in
      let fields = CustomFields(database, clock: Stores.clock) { _ in .euro }
      let among = Catalogues([Self.catalogue])
      for formula in [
        "", "1 +", "x_unknown", "if(1, 2, 3)", "name + 1", "round()", "'a", "1 = 'a'", "sum(orders)", "((1)",
      ] {
        await #expect(throws: Problem.self, "\(formula)") {
          try await fields.create(
            CustomField.Draft(label: "F", kind: "formula", formula: formula), for: Self.catalogue, among: among,
            by: .operator)
        }
      }
      let first = try await fields.create(
        CustomField.Draft(label: "First", kind: "formula", formula: "orders + 1"), for: Self.catalogue, among: among,
        by: .operator)
      _ = try await fields.create(
        CustomField.Draft(label: "Second", kind: "formula", formula: "x_first * 2"), for: Self.catalogue,
        among: among, by: .operator)
      let found = await #expect(throws: Problem.self) {
        try await fields.edit(
          first.id, CustomField.Draft(label: "First", kind: "formula", formula: "x_second + 1"), version: 1,
          of: Self.catalogue, by: .operator)
      }
      #expect(found?.message.contains("rests on itself") == true)
    }
  }

  @Test("a formula over a personal field is personal")
  func personal() async throws {
    try await withStore(.sqlite) { database in
      let fields = CustomFields(database, clock: Stores.clock) { _ in .euro }
      let made = try await fields.create(
        CustomField.Draft(label: "Loud", kind: "formula", formula: "name & '!'"), for: Self.catalogue,
        among: Catalogues([Self.catalogue]), by: .operator)
      let analyst = Actor(user: 1, name: "A", grants: Actor.everything, seesPersonalData: false)
      let lists = RecordLists(database, customFields: fields)
      let setting = ListSetting(today: Day(20_468), zone: .gmt, currency: .euro)
      await #expect(throws: Problem.self) {
        try await lists.page(RecordQuestion(columns: [made.name]), of: Self.catalogue, for: analyst, in: setting)
      }
      let page = try await lists.page(RecordQuestion(), of: Self.catalogue, for: analyst, in: setting)
      #expect(page.rows.map(\.title) == ["Customer 1"] && page.columns.isEmpty)
    }
  }
}
