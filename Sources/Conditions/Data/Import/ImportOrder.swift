import Customers
import Foundation
import Kernel
import Tabular

/// What is to be imported and how its columns are to be read: given once, remembered with the feed.
package struct ImportOrder: Sendable, Equatable, Codable {
  /// What the rows of a file are.
  package enum Subject: String, Sendable, Codable, CaseIterable {
    case purchases, customers, products, drivers, observations

    package var word: String {
      switch self {
      case .purchases: "Purchases"
      case .customers: "Customers"
      case .products: "Products"
      case .drivers: "What serving took"
      case .observations: "Observations"
      }
    }
  }

  package var feed: String
  package var subject: Subject
  /// `role=Header`, what a person chose over the guess.
  package var columns: [String] = []
  package var dateOrder: String?
  package var decimal: String?
  package var separator: String?
  package var encoding: String?
  package var hasHeader: Bool?
  /// What new customers are.
  package var kind: Customer.Kind = .person
  /// For cost drivers of one kind, a row each.
  package var driver: CostDriver.Kind?
  /// The time zone the times in the file are written in; the company's when nil. Days are always the company's.
  package var zone: String?
  /// The source whose names for customers and products the file uses; the feed's own when nil.
  package var sourceName: String?
  /// Company currency for one unit of another, by code.
  package var rates: [String: Double] = [:]

  package init(feed: String, subject: Subject = .purchases) {
    self.feed = feed
    self.subject = subject
  }

  /// What a file of this subject must have; purchases also an amount, or a price.
  var required: [ColumnRole] {
    switch subject {
    case .purchases: [.customer, .time]
    case .customers: [.customer]
    case .products: [.product]
    case .drivers: [.customer, .time]
    case .observations: [.customer, .kind, .time]
    }
  }

  /// How the file is opened.
  package func options(currency: Currency, zone: TimeZone, today: Day) throws -> TableOptions {
    let written = self.zone.flatMap { TimeZone(identifier: $0) } ?? zone
    // A day later elsewhere can still be today here.
    var options = TableOptions(currency: currency, zone: written, latest: today.adding(days: written == zone ? 0 : 1))
    options.required = required
    options.choices = try columns.map { try ColumnMap.Choice($0) }
    options.dateOrder = try known(dateOrder, "dateOrder", "ymd, dmy or mdy") { DateOrder(named: $0) }
    options.decimalMark = try known(decimal, "decimal", "a point or a comma") { DecimalMark(named: $0) }
    options.encoding = try known(encoding, "encoding", "utf-8, utf-16le, utf-16be or windows-1252") {
      TextEncoding(rawValue: $0)
    }
    options.dialect.separator = try known(separator, "separator", "comma, semicolon, tab, pipe or space") {
      Dialect.Separator(named: $0)
    }
    options.dialect.hasHeader = hasHeader
    return options
  }

  private func known<T>(_ text: String?, _ field: String, _ choices: String, _ make: (String) -> T?) throws -> T? {
    guard let text, !text.isEmpty else { return nil }
    guard let value = make(text) else {
      throw Problem(.invalid, field: field, "“\(text.prefix(40))” is not known here.", mend: "Use \(choices).")
    }
    return value
  }
}
