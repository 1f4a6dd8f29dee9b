import ArgumentParser
import Conditions
import Customers
import Foundation
import Kernel
import Server
import Store
import Tabular
import Web

/// `valuechain import`: brings a file in, through the server when one is running.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Imports purchases, customers, products or cost drivers from a CSV or Excel file.",
    discussion: """
      The same file twice changes nothing; rows that correct what is there correct it.
      Example:
        valuechain import orders.csv --source web --database data/company.sqlite
        zcat lines.csv.gz | valuechain import - --source till --column amount=Net
        valuechain import people.csv --subject customers --policy skip
      """)

  @OptionGroup var store: StoreOptions
  @Argument(help: "The file, also .gz or .xlsx; - reads standard input.") var file: String?
  @Option(help: "A name for where the file comes from; later files of that name are compared with it.")
  var source: String = ""
  @Option(help: "The feed whose customer and product numbers the file uses, when it is another.") var names: String?
  @Option(help: "What the rows are: purchases, customers, products, drivers, observations, contacts, interactions.")
  var subject: String?
  @Option(help: "role=Header, where the guess is wrong; may be repeated.") var column: [String] = []
  @Option(help: "How dates are written: ymd, dmy, mdy.") var dateOrder: String?
  @Option(help: "The decimal mark: . or ,") var decimal: String?
  @Option(help: "comma, semicolon, tab, pipe or space.") var separator: String?
  @Option(help: "utf-8, utf-16le, utf-16be or windows-1252.") var encoding: String?
  @Option(help: "What new customers are: person, household, organisation, site.") var kind: String?
  @Option(help: "For cost drivers of one kind: visit, call, delivery, ticket, contact, coupon …") var driver: String?
  @Option(help: "CODE:rate for another currency; may be repeated.") var rate: [String] = []
  @Option(help: "Customers and contacts who are there already: skip, update or create.") var policy: String?
  @Flag(help: "Let the company's rules act on what comes in; else they pass it over.") var rules = false
  @Flag(help: "Only look at the file.") var dryRun = false
  @Option(help: "Import every file that appears in this folder, until stopped.") var watch: String?

  private var settings: [(String, String)] {
    [
      ("source", source), ("names", names ?? ""), ("subject", subject ?? ""), ("dateOrder", dateOrder ?? ""),
      ("decimal", decimal ?? ""),
      ("separator", separator ?? ""), ("encoding", encoding ?? ""), ("kind", kind ?? ""), ("driver", driver ?? ""),
      ("policy", policy ?? ""), ("rules", rules ? "yes" : ""), ("dryRun", dryRun ? "1" : ""),
    ] + column.map { ("column", $0) } + rate.map { ("rate", $0) }
  }

  func validate() throws {
    guard (file != nil) != (watch != nil) else {
      throw ValidationError("Give a file, or - for standard input, or --watch FOLDER.")
    }
  }

  func run() async throws {
    let place = try Door.place(store)
    if let watch { return try await FolderWatch(folder: watch, command: self, place: place).run() }
    try await take(file ?? "-", at: place)
  }

  /// Imports one file and says what became of its rows.
  func take(_ file: String, at place: Place, source name: String? = nil) async throws {
    let bytes = try file == "-" ? ByteSource.standardInput() : ByteSource(path: file)
    let pairs = settings.map { $0.0 == "source" && name != nil ? ("source", name ?? "") : $0 }
    if let server = Door.server(at: place) {
      try await send(bytes, pairs, to: server)
      return
    }
    try await Door.open(place) { modules in
      let order = try await ImportOrder(Fields(pairs), fileName: bytes.name, feeds: modules.feeds, actor: .operator)
      if dryRun { return try await look(bytes, order, modules) }
      let run = try await modules.imports.begin(
        order, fileName: bytes.name, path: nil, queue: false, by: .operator)
      let job = ImportJob(modules.imports, companies: modules.companies)
      let ended = try await job.carryOut(run, bytes, Terminal.progress("Import"), by: .operator)
      Terminal.endProgress()
      try await modules.judging.run()
      let rejects = try await modules.imports.rejects(of: ended.id, for: .operator)
      try report(ended, rejects)
    }
  }

  private func look(_ bytes: ByteSource, _ order: ImportOrder, _ modules: Modules) async throws {
    guard let company = try await modules.companies.current() else {
      throw Problem(.unavailable, "There is no company in this store yet.", mend: "Run: valuechain user add EMAIL")
    }
    let today = modules.clock.now.day(in: company.zone)
    let options = try order.options(currency: company.currency, zone: company.zone, today: today)
    let preview = try ImportPreview(
      try Table(bytes, options: options), order: order, company: company,
      fields: try await modules.fillable(order), fileName: bytes.name)
    if store.json { return try Terminal.json(preview) }
    preview.sentences.forEach { print($0) }
    print("\(preview.read) rows: \(preview.good) can be taken, \(preview.rejected) cannot. Nothing was changed.")
    preview.rejects.forEach { print("  \($0.sentence)") }
  }

  private func report(_ run: ImportRun, _ rejects: [ImportReject]) throws {
    if store.json { return try Terminal.json(ImportRoutes.ImportAnswer(run: run, rejects: rejects)) }
    print(
      Terminal.table(
        ["read", "loaded", "merged", "refused"], [[run.read, run.loaded, run.merged, run.rejected].map(String.init)],
        numbers: [0, 1, 2, 3]))
    for reject in rejects.prefix(20) { print("line \(reject.line) \(reject.field): \(reject.reason)") }
    if rejects.count > 20 { print("… and more; see the page of the import.") }
  }

  /// Hands the file to the running server and follows its job.
  private func send(_ bytes: ByteSource, _ pairs: [(String, String)], to server: OperatorClient) async throws {
    let query = Address.path("/imports", pairs + [("file", bytes.name)])
    let reply = try await server.send("POST", query, file: bytes)
    if dryRun {
      print(String(decoding: reply.body, as: UTF8.self))
      return
    }
    struct Begun: Decodable { let id: Int64 }
    let id = try reply.decoded(as: Begun.self).id
    while true {
      let now = try await server.send("GET", "/imports/\(id)")
      struct State: Decodable {
        let state: String
        let read: Int
        let loaded: Int
        let merged: Int
        let rejected: Int
        let problem: String?
      }
      let run = try now.decoded(as: State.self)
      if run.state == "running" {
        try await Task.sleep(for: .milliseconds(200))
        continue
      }
      if let problem = run.problem { throw Problem(.invalid, field: "file", problem) }
      if store.json {
        print(String(decoding: now.body, as: UTF8.self))
      } else {
        print(
          Terminal.table(
            ["read", "loaded", "merged", "refused"],
            [[run.read, run.loaded, run.merged, run.rejected].map(String.init)], numbers: [0, 1, 2, 3]))
      }
      return
    }
  }
}
