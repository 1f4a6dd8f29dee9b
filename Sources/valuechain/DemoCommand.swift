import ArgumentParser
import Conditions
import Customers
import Foundation
import Kernel
import Server
import Store
import Tabular
import Web

/// `valuechain demo`: fills an empty store with a company on real purchases, or with a made-up one.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Fills an empty store with a demo company.",
    discussion: """
      grocery      a grocery chain: 2,469 households, 1.47 million lines of 2017 (Complete Journey)
      record-shop  an online record shop: 23,570 customers of 1997 and 1998 (CDNOW); --sample takes a tenth
      distributor  a made-up distributor: 400 organisations, four years; --truth writes down what is true of them
      Example:
        valuechain demo record-shop --sample --database data/shop.sqlite
      """)

  enum Company: String, ExpressibleByArgument, CaseIterable {
    case grocery
    case recordShop = "record-shop"
    case distributor
  }

  @OptionGroup var store: StoreOptions
  @Argument(help: "grocery, record-shop or distributor.") var company: Company
  @Flag(help: "The tenth of the record shop that papers use.") var sample = false
  @Option(help: "The folder with the data. Default: VALUECHAIN_DEMO_DATA, or .cache/data.") var data: String?
  @Option(help: "Where the distributor starts from, a whole number.") var seed: UInt64 = 1
  @Option(help: "The file to write the distributor's truth to, as JSON.") var truth: String?
  @Option(help: "Who signs in.") var email = "owner@example.org"

  func run() async throws {
    let folder = data ?? ProcessInfo.processInfo.environment["VALUECHAIN_DEMO_DATA"] ?? ".cache/data"
    let place = try Door.place(store)
    guard Door.server(at: place) == nil else {
      throw Problem(
        .conflict, field: "database", "A server holds this store; a demo goes into an empty one.", mend: "Name another."
      )
    }
    let made = company == .distributor ? DistributorDemo(seed: seed, truth: truth) : nil
    let demo = DemoCompany(company: company, isSample: sample, folder: folder, made: made)
    try demo.requireFiles()
    let (password, isMade) = try Passwords.given()
    try await Door.open(place) { modules in
      try await demo.fill(modules, email: email, password: password)
    }
    try Passwords.tell(email, isMade ? password : nil, place)
  }
}

/// A demo company: what it is called and which files it is made of.
struct DemoCompany {
  let company: DemoCommand.Company
  let isSample: Bool
  let folder: String
  let made: DistributorDemo?

  private var record: String { isSample ? "CDNOW_sample.txt" : "CDNOW_master.txt" }

  private var files: [String] {
    switch company {
    case .distributor: []
    case .recordShop: [record]
    case .grocery:
      ["transactions", "products", "demographics", "campaigns", "campaign_descriptions", "coupon_redemptions"]
        .map { "grocery/\($0).csv" }
    }
  }

  func requireFiles() throws {
    for file in files where !FileManager.default.fileExists(atPath: "\(folder)/\(file)") {
      throw Problem(
        .notFound, field: "data", "The demo data \(folder)/\(file) is not there.",
        mend: "Run bin/setup, or give --data.")
    }
  }

  func fill(_ modules: Modules, email: String, password: String) async throws {
    guard try await modules.companies.current() == nil else {
      throw Problem(
        .conflict, field: "database", "This store is not empty.",
        mend: "Give another file; a demo goes into an empty one.")
    }
    try await modules.companies.found(profile, by: .operator)
    _ = try await modules.users.create(email: email, name: "Owner", password: password, by: .operator)
    switch company {
    case .distributor:
      try await made?.fill(modules) { source, order, title in try await take(source, order, title, modules) }
    case .recordShop: try await fillRecordShop(modules)
    case .grocery: try await fillGrocery(modules)
    }
    try await modules.searches.catchUp()
  }

  private var profile: Conditions.Company {
    switch company {
    case .distributor: DistributorDemo.profile
    case .recordShop:
      Conditions.Company(
        name: "Record shop", currency: .dollar, timeZone: "America/New_York", firstWeekday: 1,
        note:
          "Real purchases of an online record shop, 1997 and 1998, published for research by P. Fader and B. Hardie.")
    case .grocery:
      Conditions.Company(
        name: "Grocery chain", currency: .dollar, timeZone: "America/New_York", firstWeekday: 1,
        note: "Complete Journey, 84.51°: households of 2017, made from real patterns for teaching.")
    }
  }

  private func fillRecordShop(_ modules: Modules) async throws {
    var order = ImportOrder(feed: "shop")
    order.kind = .person
    order.hasHeader = isSample ? false : nil
    try await take("\(folder)/\(record)", order, "Purchases", modules)
  }

  private func fillGrocery(_ modules: Modules) async throws {
    var lines = ImportOrder(feed: "till")
    lines.kind = .household
    lines.zone = "UTC"
    try await take("\(folder)/grocery/transactions.csv", lines, "Purchases", modules)
    var products = ImportOrder(feed: "till", subject: .products)
    products.columns = ["product=product_id", "productName=product_type", "category=department", "brand=brand"]
    products.feed = "products"
    products.sourceName = "till"
    try await take("\(folder)/grocery/products.csv", products, "Products", modules)
    var households = ImportOrder(feed: "demographics", subject: .customers)
    households.columns = ["customer=household_id"]
    households.kind = .household
    households.sourceName = "till"
    try await take("\(folder)/grocery/demographics.csv", households, "Households", modules)
    var coupons = ImportOrder(feed: "coupons", subject: .drivers)
    coupons.columns = ["customer=household_id", "time=redemption_date"]
    coupons.kind = .household
    coupons.driver = .coupon
    coupons.sourceName = "till"
    try await take("\(folder)/grocery/coupon_redemptions.csv", coupons, "Coupons", modules)
    var contacts = ImportOrder(feed: "campaigns", subject: .drivers)
    contacts.kind = .household
    contacts.driver = .contact
    contacts.sourceName = "till"
    try await take(try campaignContacts(), contacts, "Campaign contacts", modules)
  }

  private func take(_ path: String, _ order: ImportOrder, _ title: String, _ modules: Modules) async throws {
    try await take(try ByteSource(path: path), order, title, modules)
  }

  private func take(_ source: ByteSource, _ order: ImportOrder, _ title: String, _ modules: Modules) async throws {
    let run = try await modules.imports.begin(order, fileName: source.name, path: nil, queue: false, by: .operator)
    let job = ImportJob(modules.imports, companies: modules.companies)
    let ended = try await job.carryOut(run, source, Terminal.progress(title), by: .operator)
    Terminal.endProgress()
    print(
      "\(title): \(ended.read) rows read, \(ended.loaded) loaded, \(ended.merged) merged, \(ended.rejected) refused")
  }

  /// Who got which campaign on its first day: the two files joined.
  private func campaignContacts() throws -> ByteSource {
    let begins = Dictionary(
      try cells(of: "campaign_descriptions.csv").map { ($0[0], String($0[2].prefix(10))) },
      uniquingKeysWith: { first, _ in first })
    let bytes = try SafeCSVWriter.bytes { writer in
      try writer.record(["customer", "date", "order"])
      for row in try cells(of: "campaigns.csv") {
        guard let day = begins[row[0]] else { continue }
        try writer.record([row[1], day, "campaign \(row[0]) household \(row[1])"])
      }
    }
    return ByteSource(bytes: bytes, name: "campaigns.csv")
  }

  private func cells(of file: String) throws -> [[String]] {
    let table = try Table(
      try ByteSource(path: "\(folder)/grocery/\(file)"), options: TableOptions(currency: .dollar))
    var rows: [[String]] = []
    while case .record = try table.next() {
      rows.append(table.map.headers.indices.map { table.text(column: $0) ?? "" })
    }
    return rows
  }
}
