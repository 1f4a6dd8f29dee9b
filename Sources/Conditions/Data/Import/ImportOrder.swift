import Customers
import Foundation
import Kernel
import Records
import Tabular

/// What is to be imported and how its columns are to be read: given once, remembered with the feed.
package struct ImportOrder: Sendable, Equatable, Codable {
  /// What the rows of a file are.
  package enum Subject: String, Sendable, Codable, CaseIterable {
    case purchases, customers, products, drivers, observations, contacts, interactions

    package var word: String {
      switch self {
      case .purchases: "Purchases"
      case .customers: "Customers"
      case .products: "Products"
      case .drivers: "What serving took"
      case .observations: "Observations"
      case .contacts: "Contacts"
      case .interactions: "Interactions"
      }
    }
  }

  package var feed: String
  package var subject: Subject
  /// `role=Header`, what a person chose over the guess; `x_tier=Header` fills a field of the company's own.
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
  /// What is done with rows of customers and contacts who are there already; they are updated when nil.
  package var policy: ArrivalPolicy?
  /// Whether the company's rules act on what the file makes and changes; they pass it over when nil.
  package var rules: Bool?
  /// The name of the trait that a column without a meaning is kept as, by header; empty to leave it out.
  package var traits: [String: String]?
  /// What a person corrected in cells of this one file.
  package var patches: CellPatches?

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
    case .contacts: [.customer]
    case .interactions: [.customer, .time]
    }
  }

  /// Roles that mean nothing of a customer: their columns are traits like any other.
  private var foreign: [ColumnRole] {
    subject == .customers ? ColumnRole.allCases.filter { !subject.roles.contains($0) } : []
  }

  /// What is remembered for the next file: nothing that was said of this one alone.
  var remembered: ImportOrder {
    var order = self
    order.hasHeader = nil
    order.patches = nil
    return order
  }

  /// How the file is opened.
  package func options(currency: Currency, zone: TimeZone, today: Day) throws -> TableOptions {
    let written = self.zone.flatMap { TimeZone(identifier: $0) } ?? zone
    // A day later elsewhere can still be today here.
    var options = TableOptions(currency: currency, zone: written, latest: today.adding(days: written == zone ? 0 : 1))
    options.required = required
    options.choices =
      foreign.map { ColumnMap.Choice($0, "") }
      + (try columns.filter { !RecordChanges.isOwn($0) }.map { try ColumnMap.Choice($0) })
    options.patches = patches ?? CellPatches()
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

extension ImportOrder.Subject {
  /// What a column of such a file can mean.
  package var roles: [ColumnRole] {
    switch self {
    case .purchases:
      [
        .customer, .time, .amount, .order, .line, .quantity, .unitPrice, .product, .productName, .listPrice, .unitCost,
        .discount, .couponDiscount, .couponMatchDiscount, .refunded, .currency, .status, .type, .cancelledAt,
      ]
    case .customers:
      [
        .customer, .customerName, .firstName, .lastName, .email, .kind, .parent, .phone, .website, .street, .postalCode,
        .city, .country, .language,
      ]
    case .products: [.product, .productName, .category, .brand]
    case .drivers:
      [
        .customer, .time, .order, .quantity, .amount, .visits, .visitMinutes, .calls, .callMinutes, .deliveries,
        .invoices, .dueDay, .payments, .ticketMinutes, .ticketPieces, .currency,
      ]
    case .observations: [.customer, .kind, .time, .other, .score, .note, .amount, .currency, .order]
    case .contacts:
      [
        .customer, .contact, .firstName, .lastName, .customerName, .title, .job, .email, .phone, .mobile, .language,
        .role,
        .function, .key,
      ]
    case .interactions:
      [
        .customer, .time, .kind, .email, .direction, .channel, .minutes, .subject, .text, .outcome, .key, .other, .note,
        .type, .order, .ticketMinutes, .callMinutes, .visitMinutes,
      ]
    }
  }

  /// What the rows of a file seem to be, by what its columns mean.
  init(guessing map: ColumnMap) {
    func has(_ roles: ColumnRole...) -> Bool { roles.allSatisfy { map.columns[$0] != nil } }
    let counted: [ColumnRole] = [.visits, .calls, .deliveries, .ticketMinutes, .ticketPieces]
    if has(.time), has(.amount) || has(.unitPrice) || has(.orderTotal) {
      self = .purchases
    } else if has(.time), has(.direction) || has(.subject) || has(.text) || has(.outcome) {
      self = .interactions
    } else if has(.kind, .time), has(.score) || has(.other) {
      self = .observations
    } else if has(.time), counted.contains(where: { has($0) }) {
      self = .drivers
    } else if has(.customer), has(.role) || has(.contact), map.columns[.contact] != map.columns[.customer] {
      self = .contacts
    } else if has(.product), !has(.email), map.columns[.product] != map.columns[.customer], !has(.customerName) {
      self = .products
    } else {
      self = .customers
    }
  }
}
