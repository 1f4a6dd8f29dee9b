import Foundation
import Kernel
import Store
import Web

/// What a list needs to know of the company it is read for: which day it is there, and its money.
package struct ListSetting: Sendable {
  package let today: Day
  package let zone: TimeZone
  package let currency: Currency

  package init(today: Day, zone: TimeZone, currency: Currency) {
    self.today = today
    self.zone = zone
    self.currency = currency
  }

  package init(_ viewer: Viewer) {
    self.init(today: viewer.today, zone: viewer.format.zone, currency: viewer.format.currency)
  }
}

/// Reads lists of every noun by keyset: the last page costs as much as the first.
package struct RecordLists: Sendable {
  let database: Database
  /// The fields the company made itself.
  let customFields: CustomFields

  package init(_ database: Database, customFields: CustomFields) {
    self.database = database
    self.customFields = customFields
  }

  /// A noun with the fields the company added to it.
  package func whole(_ catalogue: Catalogue) async throws -> Catalogue {
    try await database.glance { try customFields.whole(catalogue, in: $0) }
  }

  /// One page of the records the actor may see.
  /// - Parameter kept: when no columns are asked for, all fields that are not computed, instead of the usual ones.
  package func page(
    _ question: RecordQuestion, of catalogue: Catalogue, kept: Bool = false, for actor: Actor, in setting: ListSetting
  ) async throws -> RecordPage {
    try await reading(question) { tx in
      let whole = try customFields.whole(catalogue, in: tx)
      var question = question
      if kept, question.columns.isEmpty {
        question.columns = whole.fields(for: actor).filter { $0.formula == nil }.map(\.name)
      }
      return try RecordReading(question, of: whole, for: actor, in: setting).page(in: tx)
    }
  }

  /// Reads for a list: in the noun's own order a page is a stretch of an index.
  func reading<T: Sendable>(
    _ question: RecordQuestion, isCounted: Bool = false, _ body: @escaping @Sendable (Transaction) throws -> T
  ) async throws -> T {
    let isStretch =
      question.filter == nil && question.words.isEmpty && question.sort == nil && question.size <= 200 && !isCounted
    return isStretch ? try await database.glance(body) : try await database.read(body)
  }

  /// How many there are.
  package func count(
    _ question: RecordQuestion, of catalogue: Catalogue, for actor: Actor, in setting: ListSetting
  ) async throws -> Int {
    try await database.read { tx in
      let whole = try customFields.whole(catalogue, in: tx)
      return try RecordReading(question, of: whole, for: actor, in: setting).count(in: tx)
    }
  }

  /// How many there are, and what some columns of them come to.
  package func totals(
    _ question: RecordQuestion, _ columns: [RecordField], of catalogue: Catalogue, for actor: Actor,
    in setting: ListSetting
  ) async throws -> RecordTotals {
    try await database.read { tx in
      var question = question
      question.columns = columns.map(\.name)
      let whole = try customFields.whole(catalogue, in: tx)
      return try RecordReading(question, of: whole, for: actor, in: setting).totals(in: tx)
    }
  }

  /// The records before and after one in a list; nil at its ends, or when it is not in it.
  package func neighbours(
    of record: Int64, _ question: RecordQuestion, of catalogue: Catalogue, for actor: Actor, in setting: ListSetting
  ) async throws -> (previous: Int64?, next: Int64?) {
    try await database.read { tx in
      let whole = try customFields.whole(catalogue, in: tx)
      return try RecordReading(question, of: whole, for: actor, in: setting).neighbours(of: record, in: tx)
    }
  }
}

/// One question made into statements for one person.
package struct RecordReading: Sendable {
  package let catalogue: Catalogue
  package let columns: [RecordField]
  let question: RecordQuestion
  let order: Statement
  let isDescending: Bool
  let conditions: [Statement]
  private let selected: Statement
  private let readsTitle: Bool

  /// - Throws: `Problem` naming the column, the order or the field of the filter that is not there for the actor.
  package init(
    _ question: RecordQuestion, of catalogue: Catalogue, for actor: Actor, in setting: ListSetting,
    verb: Actor.Verb = .see
  ) throws {
    self.catalogue = catalogue
    self.question = question
    let readable = catalogue.fields(for: actor)
    let names = question.columns.isEmpty ? catalogue.columns : question.columns
    columns = try names.compactMap { name in
      if let field = readable.first(where: { $0.name == name }) { return field }
      if question.columns.isEmpty { return nil }
      _ = try catalogue.field(name, for: actor)
      return nil
    }
    (order, isDescending) = try RecordReading.order(question.sort, catalogue, readable, actor)
    let compiler = FilterCompiler(
      catalogue, for: actor, today: setting.today, zone: setting.zone, currency: setting.currency)
    var conditions = [try catalogue.scope(actor, verb)]
    if let filter = question.filter { conditions.append(try compiler.statement(filter)) }
    if !question.words.isEmpty { conditions.append(try RecordReading.finding(question.words, catalogue, actor)) }
    self.conditions = conditions
    readsTitle = catalogue.fields.first.map { title in readable.contains { $0.name == title.name } } ?? false
    let values = try columns.flatMap { [$0.value] + (try $0.shown.map { [try $0(actor)] } ?? []) }
    selected = .joined([catalogue.id, catalogue.title, order] + values, separator: ", ", or: "NULL")
  }

  private static func order(
    _ sort: RecordSort?, _ catalogue: Catalogue, _ readable: [RecordField], _ actor: Actor
  ) throws -> (Statement, Bool) {
    guard let sort else {
      let usual = readable.first { $0.name == catalogue.sort.field }?.order
      return (usual ?? catalogue.id, catalogue.sort.isDescending)
    }
    let field = try catalogue.field(sort.field, for: actor)
    guard let order = field.order else {
      throw Problem(
        .invalid, field: "sort", "A list cannot be sorted by “\(field.label)”.",
        mend: "Use one of \(readable.filter { $0.order != nil }.map(\.name).joined(separator: ", ")).")
    }
    return (order, sort.isDescending)
  }

  /// Words are looked for in what the noun says; without personal data only a number finds a record.
  private static func finding(_ words: String, _ catalogue: Catalogue, _ actor: Actor) throws -> Statement {
    if let finds = catalogue.finds { return try finds(words, actor) }
    guard let title = catalogue.fields.first, title.isReadable(by: actor, of: catalogue.noun)
    else { return "\(catalogue.id) = \(Int64(words) ?? 0)" }
    let all = words.split(separator: " ").prefix(8).map { word -> Statement in
      "\(title.order ?? title.value) LIKE \("%" + Filter.escapedForLike(Text.folded(String(word))) + "%") ESCAPE '!'"
    }
    return Statement.joined(Array(all), separator: " AND ", or: "TRUE")
  }

  /// The records meant, without a place and an order.
  package var condition: Statement { Statement.joined(conditions.map { "(\($0))" }, separator: " AND ", or: "TRUE") }

  func count(in tx: Transaction) throws -> Int {
    try tx.value("SELECT count(*) FROM \(catalogue.table) WHERE \(condition)", as: Int.self) ?? 0
  }

  /// How many there are, and what the columns that can be added up come to.
  func totals(in tx: Transaction) throws -> RecordTotals {
    let summed = columns.filter(\.isSummed)
    // As numbers of double precision, which cannot overflow; whole ones are exact up to 2^53.
    let sums = summed.map { field -> Statement in "sum(CAST(\(field.value) AS DOUBLE PRECISION))" }
    let selected = Statement.joined(["count(*)"] + sums, separator: ", ", or: "NULL")
    let found = try tx.first("SELECT \(selected) FROM \(catalogue.table) WHERE \(condition)") { row in
      var values: [String: FieldValue] = [:]
      for (position, field) in summed.enumerated() {
        let sum = try row(position + 1, as: Double?.self) ?? 0
        values[field.name] = field.kind == .number ? .number(sum) : Int64(exactly: sum).map(FieldValue.integer)
      }
      return RecordTotals(count: try row(0), sums: values)
    }
    return found ?? RecordTotals(count: 0, sums: [:])
  }

  /// How many hold each value of a field; those that hold nothing under an empty text.
  func counts(by field: RecordField, in tx: Transaction) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    try tx.each("SELECT \(field.value), count(*) FROM \(catalogue.table) WHERE \(condition) GROUP BY 1") { row in
      counts[try row(0, as: String?.self) ?? "", default: 0] += try row(1, as: Int.self)
    }
    return counts
  }

  /// Rows in the order of the list or against it, after a place.
  func rows(
    backwards: Bool, place: Place?, limit: Int, in tx: Transaction
  ) throws -> [(row: RecordRow, place: Place)] {
    let down = isDescending != backwards
    let direction: Statement = down ? "\(order) DESC, \(catalogue.id) DESC" : "\(order), \(catalogue.id)"
    let start = place.map { $0.condition(order, catalogue.id, down: down) } ?? "TRUE"
    return try tx.rows(
      """
      SELECT \(selected) FROM \(catalogue.table) WHERE \(condition) AND \(start) ORDER BY \(direction) LIMIT \(limit)
      """, read)
  }

  private func read(_ row: Row) throws -> (row: RecordRow, place: Place) {
    var position = 3
    var values: [FieldValue] = []
    var shown: [String?] = []
    values.reserveCapacity(columns.count)
    shown.reserveCapacity(columns.count)
    for column in columns {
      values.append(try FieldValue(row(position, as: Value.self), column.kind))
      position += 1
      if column.shown != nil {
        shown.append(try row(position, as: String?.self))
        position += 1
      } else {
        shown.append(nil)
      }
    }
    let id: Int64 = try row(0)
    let title = readsTitle ? try row(1, as: String?.self) : nil
    return (
      RecordRow(
        id: id, title: title ?? "\(catalogue.word.capitalized) \(id)", values: values, shown: shown),
      Place(key: try row(2, as: Value.self), id: id)
    )
  }

  func page(in tx: Transaction) throws -> RecordPage {
    let backwards = question.before != nil
    let place = try (question.before ?? question.after).map(Place.init(text:))
    let found = try rows(backwards: backwards, place: place, limit: question.size + 1, in: tx)
    let more = found.count > question.size
    let kept = Array(backwards ? found.prefix(question.size).reversed() : Array(found.prefix(question.size)))
    let hasNext = backwards ? !kept.isEmpty : more
    let hasPrevious = backwards ? more : question.after != nil && !kept.isEmpty
    return RecordPage(
      columns: columns, rows: kept.map(\.row), next: hasNext ? kept.last?.place.text : nil,
      previous: hasPrevious ? kept.first?.place.text : nil)
  }

  func neighbours(of record: Int64, in tx: Transaction) throws -> (previous: Int64?, next: Int64?) {
    let here = try tx.first(
      "SELECT \(order) FROM \(catalogue.table) WHERE \(catalogue.id) = \(record) AND \(condition)"
    ) { Place(key: try $0(0, as: Value.self), id: record) }
    guard let here else { return (nil, nil) }
    return (
      try rows(backwards: true, place: here, limit: 1, in: tx).first?.row.id,
      try rows(backwards: false, place: here, limit: 1, in: tx).first?.row.id
    )
  }

  /// Every record meant, in the order of their numbers, so many at a time, each batch with the number to go on after.
  package func batch(after record: Int64, limit: Int, in tx: Transaction) throws -> [RecordRow] {
    try tx.rows(
      """
      SELECT \(selected) FROM \(catalogue.table) WHERE \(condition) AND \(catalogue.id) > \(record)
      ORDER BY \(catalogue.id) LIMIT \(limit)
      """
    ) { try read($0).row }
  }

  /// The numbers of the records meant, in their order, so many at a time.
  package func identities(after record: Int64, limit: Int, in tx: Transaction) throws -> [Int64] {
    try tx.rows(
      """
      SELECT \(catalogue.id) FROM \(catalogue.table) WHERE \(condition) AND \(catalogue.id) > \(record)
      ORDER BY \(catalogue.id) LIMIT \(limit)
      """
    ) { try $0(0) }
  }
}

/// Where a page begins: what the list is ordered by there, and the record.
struct Place: Sendable {
  let key: Value
  let id: Int64

  init(key: Value, id: Int64) {
    self.key = key
    self.id = id
  }

  var text: String {
    switch key {
    case .int(let value): "\(id)~i\(value)"
    case .double(let value): "\(id)~d\(value)"
    case .text(let value): "\(id)~t\(value)"
    case .null, .blob: "\(id)~n"
    }
  }

  init(text: String) throws {
    let parts = text.utf8.split(separator: UInt8(ascii: "~"), maxSplits: 1, omittingEmptySubsequences: false)
    let wrong = Problem(
      .malformed, field: "after", "This is not a place in the list.", mend: "Start from the first page.")
    guard parts.count == 2, let id = Int64(String(decoding: parts[0], as: UTF8.self)), let kind = parts[1].first else {
      throw wrong
    }
    let rest = String(decoding: parts[1].dropFirst(), as: UTF8.self)
    self.id = id
    switch kind {
    case UInt8(ascii: "i"): key = try Int64(rest).map(Value.int) ?? { throw wrong }()
    case UInt8(ascii: "d"): key = try Double(rest).flatMap { $0.isFinite ? .double($0) : nil } ?? { throw wrong }()
    case UInt8(ascii: "t"): key = .text(rest)
    default: throw wrong
    }
  }

  func condition(_ order: Statement, _ identity: Statement, down: Bool) -> Statement {
    down ? "(\(order), \(identity)) < (\(key), \(id))" : "(\(order), \(identity)) > (\(key), \(id))"
  }
}
