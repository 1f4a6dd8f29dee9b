import Kernel

/// One file of the company, made while it is read.
package struct DistributorFile: Sendable {
  package let name: String
  private let header: [String]
  private let rows: Int
  private let write: @Sendable (Int, inout CSVText) -> Void

  init(_ name: String, _ header: String, rows: Int, write: @escaping @Sendable (Int, inout CSVText) -> Void) {
    self.name = name
    self.header = header.split(separator: ",").map(String.init)
    self.rows = rows
    self.write = write
  }

  /// Hands out the file in pieces of about 64 KiB that end with a row.
  package func stream(_ receive: ([UInt8]) throws -> Void) rethrows {
    var text = CSVText()
    text.row(header)
    for row in 0..<rows {
      write(row, &text)
      text.endRow()
      guard text.bytes.count >= 65_536 else { continue }
      try receive(text.bytes)
      text.clear()
    }
    if !text.bytes.isEmpty { try receive(text.bytes) }
  }

  /// The whole file: UTF-8, commas, a header row, `\n` after each row.
  package var bytes: [UInt8] {
    var whole: [UInt8] = []
    stream { whole += $0 }
    return whole
  }

  package var csv: String { String(decoding: bytes, as: UTF8.self) }
}

extension DistributorCompany {
  /// All files, without the truth. Money in euros, days as YYYY-MM-DD.
  package func files() -> [DistributorFile] {
    [
      customersFile, productsFile, purchasesFile, driversFile, observationsFile, ratesFile, settingsFile, capacityFile,
    ]
  }

  private var customersFile: DistributorFile {
    let parties = parties
    let roles = BuyingContact.Role.allCases
    return DistributorFile(
      "customers.csv",
      "customer,name,kind,parent,segment,industry,city,relation,fit,hold,"
        + roles.map(\.rawValue).joined(separator: ",") + ",note", rows: parties.count
    ) { row, text in
      let party = parties[row]
      for cell in [party.customer, party.name, party.kind.rawValue, party.parent ?? "", party.segment] {
        text.text(cell)
      }
      for cell in [party.industry, party.city, party.relation.rawValue] { text.text(cell) }
      text.whole(party.fit)
      text.text(party.hold ?? "")
      for role in roles { text.text(party.contacts.first { $0.role == role }?.name ?? "") }
      text.text("synthetic")
    }
  }

  private var productsFile: DistributorFile {
    let articles = articles
    return DistributorFile(
      "products.csv", "product,product_name,category,brand,list_price,unit_cost,launched,note", rows: articles.count
    ) { row, text in
      let article = articles[row]
      for cell in [article.code, article.name, article.category, article.brand] { text.text(cell) }
      text.money(article.listPrices.last)
      text.money(article.unitCosts.last)
      text.text(article.launched?.description ?? "")
      text.text("synthetic")
    }
  }

  private var purchasesFile: DistributorFile {
    let (purchases, days) = (purchases, DayTexts())
    return DistributorFile(
      "purchases.csv", "customer,order,line,date,product,quantity,amount,list_price,discount,unit_cost,type",
      rows: purchases.count
    ) { row, text in
      let purchase = purchases[row]
      text.text(purchase.customer)
      text.text(purchase.order)
      text.whole(purchase.line)
      text.text(days[purchase.date])
      text.text(purchase.product)
      text.whole(purchase.quantity)
      text.money(purchase.amount)
      text.money(purchase.listPrice)
      text.money(purchase.discount)
      text.money(purchase.unitCost)
      text.text(purchase.isReturn ? "return" : "sale")
    }
  }

  private var driversFile: DistributorFile {
    let (drivers, days) = (drivers, DayTexts())
    return DistributorFile(
      "drivers.csv",
      "customer,date,visits,visit_minutes,calls,call_minutes,deliveries,tickets,ticket_minutes,returns,invoices,"
        + "invoice_due,payments", rows: drivers.count
    ) { row, text in
      let driver = drivers[row]
      text.text(driver.customer)
      text.text(days[driver.date])
      for count in [driver.visits, driver.visitMinutes, driver.calls, driver.callMinutes] { text.count(count) }
      for count in [driver.deliveries, driver.tickets, driver.ticketMinutes, driver.returns] { text.count(count) }
      text.money(driver.invoice)
      text.text(driver.due.map { days[$0] } ?? "")
      text.money(driver.payment)
    }
  }

  private var observationsFile: DistributorFile {
    let (observations, days) = (observations, DayTexts())
    return DistributorFile("observations.csv", "customer,kind,date,other,amount,score,note", rows: observations.count) {
      row, text in
      let observation = observations[row]
      text.text(observation.customer)
      text.text(observation.kind.rawValue)
      text.text(days[observation.date])
      text.text(observation.other)
      text.money(observation.amount)
      text.whole(observation.score)
      text.text(observation.note)
    }
  }

  private var ratesFile: DistributorFile {
    let rows = [
      ("order", "piece", rates.order), ("orderLine", "piece", rates.line), ("delivery", "piece", rates.delivery),
      ("return", "piece", rates.returned), ("visitMinute", "minute", rates.visitMinute),
      ("callMinute", "minute", rates.callMinute), ("ticketMinute", "minute", rates.ticketMinute),
      ("invoice", "piece", rates.invoice),
    ]
    return DistributorFile("rates.csv", "activity,per,rate,note", rows: rows.count) { row, text in
      text.text(rows[row].0)
      text.text(rows[row].1)
      text.money(rows[row].2)
      text.text("synthetic")
    }
  }

  private var settingsFile: DistributorFile {
    let settings = settings
    return DistributorFile("settings.csv", "setting,value,unit,note", rows: settings.count) { row, text in
      for cell in [settings[row].name, settings[row].value, settings[row].unit, settings[row].note] { text.text(cell) }
    }
  }

  private var capacityFile: DistributorFile {
    let capacity = capacity
    return DistributorFile("capacity.csv", "pool,paid_minutes,practical_minutes,cost,note", rows: capacity.count) {
      row, text in
      text.text(capacity[row].pool)
      text.whole(capacity[row].paidMinutes)
      text.whole(capacity[row].practicalMinutes)
      text.money(capacity[row].cost)
      text.text("synthetic")
    }
  }
}

/// The days of the company, written once.
private struct DayTexts: Sendable {
  private let texts: [String]

  init() { texts = (0...(Calendar.end + 400)).map { Calendar.day($0).description } }

  subscript(day: Day) -> String {
    let place = day.days(since: Calendar.first)
    return texts.indices.contains(place) ? texts[place] : day.description
  }
}
