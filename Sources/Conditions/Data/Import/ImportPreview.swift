import Customers
import Kernel
import Records
import Store
import Tabular
import Web

/// A look at a file before it comes in: how it was understood, and its first rows.
package struct ImportPreview: Sendable, Encodable {
  package struct Column: Sendable, Encodable {
    package let header: String
    /// What it is taken for, or the own field it fills; nil when it is left alone.
    package let role: String?
  }

  package let fileName: String
  package let feed: String
  package let sentences: [String]
  package let columns: [Column]
  /// The first rows that can be taken, as they stand.
  package let sample: [[String]]
  package let read: Int
  package let good: Int
  package let rejected: Int
  /// The first rows that cannot.
  package let rejects: [Refusal]

  /// Reads the whole file and keeps nothing but counts and a few rows.
  /// - Parameter fields: the company's own fields that whoever imports may fill.
  package init(
    _ table: Table, order: ImportOrder, company: Company, fields: [CustomField], fileName: String
  ) throws {
    let reading = try RowReading(order, company: company, map: table.map, fields: fields)
    var sample: [[String]] = []
    var rejects: [Refusal] = []
    var counts = (good: 0, rejected: 0)
    reading: while true {
      var refusal: Refusal?
      switch try table.next() {
      case .end: break reading
      case .refused(let found): refusal = found
      case .record: refusal = reading.refusal(of: table)
      }
      if let refusal {
        counts.rejected += 1
        if rejects.count < 20 { rejects.append(refusal) }
      } else {
        counts.good += 1
        if sample.count < 5 { sample.append(table.map.headers.indices.map { table.text(column: $0) ?? "" }) }
      }
    }
    self.fileName = fileName
    feed = order.feed
    sentences = table.report.sentences
    let roles = Dictionary(table.map.columns.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let own = Dictionary(reading.own.all.map { ($0.column, $0.field.name) }, uniquingKeysWith: { first, _ in first })
    columns = table.map.headers.enumerated().map { Column(header: $1, role: own[$0] ?? roles[$0]?.rawValue) }
    self.sample = sample
    read = counts.good + counts.rejected
    good = counts.good
    rejected = counts.rejected
    self.rejects = rejects
  }
}

extension RowReading {
  /// Why the current row cannot be taken; nil when it can.
  func refusal(of table: Table) -> Refusal? {
    do {
      switch order.subject {
      case .purchases: _ = try purchases(table)
      case .customers: _ = try customers(table)
      case .products: _ = try products(table)
      case .drivers: _ = try drivers(table)
      case .observations: _ = try observations(table)
      case .contacts: _ = try contacts(table)
      case .interactions: _ = try interactions(table)
      }
      return nil
    } catch {
      return error
    }
  }
}

extension ImportOrder {
  /// What a form or a query says of a file; what it leaves open is taken from the feed, then guessed.
  package init(_ fields: Fields, fileName: String, feeds: Feeds, actor: Actor) async throws {
    let named = try Text.line(fields["source"] ?? "", field: "source", limit: 80, required: false)
    let subject = try fields["subject"].flatMap { $0.isEmpty ? nil : $0 }.map { text in
      guard let subject = Subject(rawValue: text) else {
        throw Problem(
          .invalid, field: "subject", "“\(text)” cannot be imported.",
          mend: "Use \(Subject.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return subject
    }
    let name = named.isEmpty ? (subject ?? .purchases).word.lowercased() : named
    self = try await feeds.order(named: name, for: actor) ?? ImportOrder(feed: name)
    feed = name
    if let subject { self.subject = subject }
    let chosen =
      fields.values(of: "column").filter { !$0.isEmpty }
      + fields.members(of: "role").sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }.map {
        "\($0.value)=\($0.key)"
      }
    if !chosen.isEmpty { columns = chosen }
    func given(_ field: String) -> String? { fields[field].flatMap { $0.isEmpty ? nil : $0 } }
    dateOrder = given("dateOrder") ?? dateOrder
    decimal = given("decimal") ?? decimal
    separator = given("separator") ?? separator
    encoding = given("encoding") ?? encoding
    if let names = given("names") { sourceName = try Text.line(names, field: "names", limit: 80) }
    if let text = given("kind") {
      guard let kind = Customer.Kind(rawValue: text) else {
        throw Problem(.invalid, field: "kind", "“\(text)” is no kind of customer.", mend: "Choose one of the list.")
      }
      self.kind = kind
    }
    if let text = given("driver") {
      guard let driver = CostDriver.Kind(rawValue: text) else {
        throw Problem(.invalid, field: "driver", "“\(text)” is not counted here.", mend: "Choose one of the list.")
      }
      self.driver = driver
    }
    if let text = given("policy") { policy = try ArrivalPolicy(named: text) }
    if let text = given("rules") { try take(rules: text) }
    for text in fields.values(of: "rate") where !text.isEmpty { try add(rate: text) }
  }

  mutating func take(rules text: String) throws {
    guard ["yes", "no"].contains(text) else {
      throw Problem(.invalid, field: "rules", "“\(text.prefix(40))” is neither yes nor no.", mend: "Use yes or no.")
    }
    rules = text == "yes"
  }

  package mutating func add(rate text: String) throws {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let code = try? Currency(parts[0], field: "rate"), let rate = Double(parts[1]),
      rate.isFinite, rate > 0
    else {
      throw Problem(.invalid, field: "rate", "“\(text.prefix(40))” is not a rate.", mend: "Write it as USD:0.92.")
    }
    rates[code.code] = rate
  }
}
