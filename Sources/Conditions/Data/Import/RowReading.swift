import Customers
import Foundation
import Kernel
import Records
import Tabular

/// Makes arrivals of the rows of a file. A row that cannot be taken throws its refusal and nothing else of it is taken.
struct RowReading {
  let order: ImportOrder
  let currency: Currency
  let isShop: Bool
  /// A status of refunded is then said of an order that was bought, and is no return by itself.
  private let tellsOrders: Bool
  /// Without an amount it is the price of one, times how many.
  private let isPriced: Bool
  private let columns: [Int]
  /// The traits that columns without a meaning are kept as.
  private let traits: [(column: Int, name: String)]
  /// The columns that fill the company's own fields.
  let own: OwnColumns
  /// nil when the days written in the file are the company's.
  private let days: ZoneDays?

  /// - Parameter fields: the company's own fields that whoever imports may fill.
  init(_ order: ImportOrder, company: Company, map: ColumnMap, fields: [CustomField]) throws {
    own = try OwnColumns(order, fields, map: map, company: company)
    isPriced = map.columns[.amount] == nil && map.columns[.unitPrice] != nil
    if order.subject == .purchases, !isPriced { try map.require([.amount]) }
    self.order = order
    currency = company.currency
    days = order.zone == nil || order.zone == company.timeZone ? nil : ZoneDays(company.zone)
    let ready = map.readyMap ?? ""
    isShop = ready == "shopify"
    tellsOrders = isShop || ready.hasPrefix("woocommerce")
    // Where customers are and what they speak is a trait as well, so that segments can be told apart by it.
    let both: Set<ColumnRole> = order.subject == .customers ? [.city, .country, .language] : []
    let used = Set(map.columns.filter { !both.contains($0.key) }.values).union(own.all.map(\.column))
    columns = map.headers.indices.filter { !used.contains($0) }
    traits = columns.compactMap { column in
      let name = order.traits?[map.headers[column]] ?? map.headers[column]
      return name.isEmpty || map.headers[column] == ImportReject.reasonHeader ? nil : (column, name)
    }
  }

  // Purchases.

  /// The row's own line first, then what it tells of its order as a whole.
  func purchases(_ table: Table) throws(Refusal) -> [PurchaseArrival] {
    let customer = try key(.customer, table)
    guard let moment = try table.moment(.time) else { throw table.refusal(.missing, .time, "It is empty.") }
    let found = try table.currency()
    let amount = try isPriced ? priced(table, found) : money(.amount, table, found)
    guard let amount else { throw table.refusal(.missing, isPriced ? .unitPrice : .amount, "It is empty.") }
    let name = try table.text(.order).map { _ throws(Refusal) in try key(.order, table) }
    let said = try standing(table)
    let wasRefunded = said == .returned && tellsOrders
    let isReturn = said == .returned && !tellsOrders
    let product = try (table.text(.product) ?? table.text(.productName)).map { text throws(Refusal) in
      try clean(text, .product, table)
    }
    let own = PurchaseArrival(
      customer: customer, order: name, lineKey: table.text(.line), day: day(moment), at: moment.instant,
      minor: isReturn ? -Int64(clamping: amount.magnitude) : amount,
      quantity: try table.scaled(.quantity, places: 3).map { Double($0) / 1_000 }, product: product,
      listMinor: try money(.listPrice, table, found), unitCostMinor: try money(.unitCost, table, found),
      discountMinor: try money(.discount, table, found),
      couponMinor: isShop ? nil : try money(.couponDiscount, table, found),
      matchMinor: try money(.couponMatchDiscount, table, found), standing: wasRefunded ? .confirmed : said,
      line: table.line)
    return [own] + (try wholeOrder(own, wasRefunded, table, found))
  }

  func day(_ moment: ReadMoment) -> Day {
    guard let days, let instant = moment.instant else { return moment.day }
    return days.day(of: instant)
  }

  /// A discount on the order, and what was refunded of it, where the file tells them beside the lines.
  private func wholeOrder(
    _ own: PurchaseArrival, _ wasRefunded: Bool, _ table: Table, _ found: Currency
  ) throws(Refusal) -> [PurchaseArrival] {
    guard own.order != nil else { return [] }
    var more: [PurchaseArrival] = []
    func add(_ key: String, _ minor: Int64?, _ standing: PurchaseArrival.Standing) {
      guard let minor, minor != 0 else { return }
      more.append(
        PurchaseArrival(
          customer: own.customer, order: own.order, lineKey: key, day: own.day, at: own.at,
          minor: -Int64(clamping: minor.magnitude), standing: standing, line: 0))
    }
    if isShop { add("order discount", try money(.couponDiscount, table, found), .bought) }
    let refunded = try money(.refunded, table, found)
    // Where no column tells how much, all of it was.
    add("refund", wasRefunded && !isShop && refunded ?? 0 == 0 ? own.minor : refunded, .returned)
    return more
  }

  /// The price of one times how many, the discount of a shop taken off.
  private func priced(_ table: Table, _ found: Currency) throws(Refusal) -> Int64? {
    guard let price = try money(.unitPrice, table, found) else { return nil }
    let thousandths = try table.scaled(.quantity, places: 3) ?? 1_000
    let discount = isShop ? try money(.discount, table, found) ?? 0 : 0
    let (product, overflow) = price.multipliedReportingOverflow(by: thousandths)
    guard !overflow, product.magnitude / 1_000 <= UInt64(Money.limit), discount.magnitude <= UInt64(Money.limit) else {
      throw table.refusal(.tooLarge, .unitPrice, "It is too large to keep.")
    }
    return product / 1_000 + (product % 1_000) / 500 - discount
  }

  private func standing(_ table: Table) throws(Refusal) -> PurchaseArrival.Standing {
    if table.text(.cancelledAt) != nil { return .cancelled }
    guard let text = table.text(.status) ?? table.text(.type) else { return .bought }
    let word = Text.folded(text).replacing("wc-", with: "").replacing("_", with: " ").replacing("-", with: " ")
    if RowReading.returned.contains(word) { return .returned }
    if RowReading.cancelled.contains(word) { return .cancelled }
    if RowReading.bought.contains(word) { return .confirmed }
    throw table.refusal(
      .notAChoice, table.text(.status) == nil ? .type : .status,
      "“\(text.prefix(60))” does not say whether it was bought, returned or cancelled.")
  }

  private static let returned: Set<String> = [
    "refund", "refunded", "return", "returned", "credit", "credit note", "gutschrift", "retoure", "avoir", "retour",
    "devolucion", "reembolso", "teruggave",
  ]
  private static let cancelled: Set<String> = [
    "cancelled", "canceled", "voided", "void", "failed", "storniert", "annule", "annulee", "cancelado", "geannuleerd",
    "pending", "expired", "trash", "checkout draft", "draft", "unpaid", "authorized",
  ]
  private static let bought: Set<String> = [
    "paid", "completed", "complete", "processing", "shipped", "delivered", "fulfilled", "closed", "done", "on hold",
    "partially refunded", "partially paid", "order", "sale", "invoice", "purchase", "active", "approved", "bezahlt",
    "versandt", "geliefert", "abgeschlossen", "paye", "payee", "expedie", "livre", "pagado", "enviado", "betaald",
  ]

  // Customers, products, cost drivers.

  func customers(_ table: Table) throws(Refusal) -> [CustomerArrival] {
    let names = [table.text(.firstName), table.text(.lastName)].compactMap { $0 }.joined(separator: " ")
    let name = table.text(.customerName) ?? (names.isEmpty ? nil : names)
    let kind = try table.text(.kind).map { text throws(Refusal) in
      guard let kind = RowReading.kinds[Text.folded(text)] else {
        throw table.refusal(.notAChoice, .kind, "“\(text.prefix(40))” is no kind of customer.")
      }
      return kind
    }
    var traits: [String: String] = [:]
    for (column, name) in self.traits {
      guard let text = table.text(column: column), let value = RowReading.trait(text) else { continue }
      traits[name] = value
    }
    return [
      CustomerArrival(
        key: try key(.customer, table),
        name: try name.map { text throws(Refusal) in try clean(text, .customerName, table) },
        email: try table.text(.email).map { text throws(Refusal) in try clean(text, .email, table) }, kind: kind,
        parent: try table.text(.parent).map { text throws(Refusal) in try clean(text, .parent, table) }, traits: traits,
        details: try details(table), own: try own.values(table), line: table.line)
    ]
  }

  /// How to reach the customer and where it is, as far as the row tells.
  private func details(_ table: Table) throws(Refusal) -> Customer.Details {
    func text(_ role: ColumnRole) throws(Refusal) -> String? {
      try table.text(role).map { cell throws(Refusal) in try clean(cell, role, table) }
    }
    var details = Customer.Details()
    details.phone = try telephone(.phone, table)
    details.website = try table.text(.website).map { cell throws(Refusal) in
      guard let address = try? WebAddress.read(cell) else {
        throw table.refusal(.notAChoice, .website, "“\(cell.prefix(60))” is not the address of a website.")
      }
      return address
    }
    details.street = try text(.street)
    details.postalCode = try text(.postalCode)
    details.city = try text(.city)
    details.country = try text(.country)
    details.language = try text(.language)
    return details
  }

  private static let kinds: [String: Customer.Kind] = [
    "person": .person, "individual": .person, "privat": .person, "household": .household, "haushalt": .household,
    "organisation": .organisation, "organization": .organisation, "company": .organisation, "business": .organisation,
    "firma": .organisation, "site": .site, "branch": .site, "filiale": .site,
  ]

  func products(_ table: Table) throws(Refusal) -> [ProductArrival] {
    let name = try table.text(.productName).map { text throws(Refusal) in try clean(text, .productName, table) }
    let brand = try table.text(.brand).map { text throws(Refusal) in try clean(text, .brand, table) }
    var path: [String] = []
    for text in [table.text(.category)].compactMap({ $0 }) + extra(table, ["product_category", "product_type"]) {
      path.append(try clean(text, .category, table))
    }
    let supplier = try extra(table, Self.suppliers).first.map { text throws(Refusal) in
      try clean(text, .category, table)
    }
    return [
      ProductArrival(
        key: try key(.product, table), name: name, categories: path, supplier: supplier, brand: brand,
        line: table.line)
    ]
  }

  private static let suppliers = ["manufacturer_id", "manufacturer", "supplier", "vendor", "hersteller", "lieferant"]

  private func extra(_ table: Table, _ headers: [String]) -> [String] {
    headers.compactMap { header in
      columns.first { table.map.headers[$0].lowercased() == header }.flatMap { table.text(column: $0) }
    }
  }

  func drivers(_ table: Table) throws(Refusal) -> [CostDriverArrival] {
    let customer = try key(.customer, table)
    guard let moment = try table.moment(.time) else { throw table.refusal(.missing, .time, "It is empty.") }
    let name = table.text(.order)
    var arrivals: [CostDriverArrival] = []
    func add(
      _ kind: CostDriver.Kind, pieces: Double? = nil, minutes: Double? = nil, minor: Int64? = nil, due: Day? = nil
    ) {
      guard pieces ?? minutes ?? minor.map(Double.init) != nil else { return }
      arrivals.append(
        CostDriverArrival(
          customer: customer, kind: kind, key: name, day: day(moment), pieces: pieces, minutes: minutes, minor: minor,
          dueDay: due, line: arrivals.isEmpty ? table.line : 0))
    }
    if let kind = order.driver {
      add(kind, pieces: try count(.quantity, table) ?? 1, minor: try money(.amount, table, try table.currency()))
    }
    add(.visit, pieces: try count(.visits, table), minutes: try count(.visitMinutes, table))
    add(.call, pieces: try count(.calls, table), minutes: try count(.callMinutes, table))
    add(.delivery, pieces: try count(.deliveries, table))
    add(.ticket, pieces: try count(.ticketPieces, table), minutes: try count(.ticketMinutes, table))
    add(
      .invoice, minor: try money(.invoices, table, try table.currency()), due: try table.moment(.dueDay).map(day))
    add(.payment, minor: try money(.payments, table, try table.currency()))
    guard !arrivals.isEmpty else {
      throw table.refusal(.missing, .customer, "The row counts nothing: no visit, call, delivery, ticket or money.")
    }
    return arrivals
  }

  func observations(_ table: Table) throws(Refusal) -> [ObservationArrival] {
    let customer = try key(.customer, table)
    let word = try table.requiredText(.kind)
    guard let kind = Observation.Kind(rawValue: Text.folded(word)) else {
      let known = Observation.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw table.refusal(.notAChoice, .kind, "“\(word.prefix(40))” is no kind of observation: \(known).")
    }
    guard let moment = try table.moment(.time) else { throw table.refusal(.missing, .time, "It is empty.") }
    let other = try table.text(.other).map { text throws(Refusal) in try clean(text, .other, table) } ?? ""
    let note = try table.text(.note).map { text throws(Refusal) in try clean(text, .note, table) } ?? ""
    let minor = try money(.amount, table, try table.currency())
    let score = try table.scaled(.score).flatMap { Int(exactly: $0) }
    if let fault = kind.fault(other: other, minor: minor, score: score) {
      throw table.refusal(.notAChoice, ColumnRole(rawValue: fault.field) ?? .kind, fault.reason)
    }
    return [
      ObservationArrival(
        customer: customer, kind: kind, key: table.text(.order), day: day(moment), other: other, minor: minor,
        score: score, note: note, line: table.line)
    ]
  }

  private func count(_ role: ColumnRole, _ table: Table) throws(Refusal) -> Double? {
    try table.scaled(role, places: 3).map { Double($0) / 1_000 }
  }

  // Cells.

  private func money(_ role: ColumnRole, _ table: Table, _ found: Currency) throws(Refusal) -> Int64? {
    guard let minor = try table.money(role, in: found) else { return nil }
    guard found != currency else { return minor }
    guard let rate = order.rates[found.code] else {
      throw table.refusal(
        .wrongCurrency, .currency,
        "The row is in \(found.code), the company counts in \(currency.code), and there is no rate.")
    }
    let major = Double(minor) / Double(found.minorPerMajor) * rate * Double(currency.minorPerMajor)
    guard let converted = Int64(exactly: major.rounded()) else {
      throw table.refusal(.tooLarge, role, "It is too large to keep.")
    }
    return converted
  }

  func key(_ role: ColumnRole, _ table: Table) throws(Refusal) -> String {
    try clean(try table.requiredText(role), role, table)
  }

  private static func trait(_ text: String) -> String? {
    if text.utf8.count <= 200, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    return try? Text.line(text, field: "", limit: 500)
  }

  /// Text as the store may keep it. Plain ASCII, the usual case, needs no more than a look.
  func clean(_ text: String, _ role: ColumnRole, _ table: Table) throws(Refusal) -> String {
    if text.utf8.count <= 200, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    guard let line = try? Text.line(text, field: role.rawValue), !line.isEmpty else {
      throw table.refusal(.notAChoice, role, "It is longer than 200 bytes or has control characters.")
    }
    return line
  }
}
