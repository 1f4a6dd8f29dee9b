import Customers
import Foundation
import Kernel
import Store
import Tabular
import Web

/// Imports: sending a file, a look at it first, what became of its rows, mending them, taking it back.
package struct ImportRoutes: Sendable {
  let imports: Imports
  let feeds: Feeds
  let companies: Companies
  let drafts: ImportDrafts
  let job: ImportJob

  package init(_ imports: Imports, feeds: Feeds, drafts: ImportDrafts, companies: Companies) {
    self.drafts = drafts
    self.imports = imports
    self.feeds = feeds
    self.companies = companies
    job = ImportJob(imports, companies: companies)
  }

  static let inputs: [Route.Input] = [
    .init("source", "The feed: rows of one feed are compared with what it brought before"),
    .init("names", "The feed whose numbers of customers and products the file uses, when it is another"),
    .init("file", "The name of the file"),
    .init("subject", "What the rows are", choices: ImportOrder.Subject.allCases.map(\.rawValue)),
    .init("column", "role=Header, where the guess is wrong; may be repeated"),
    .init("dateOrder", "ymd, dmy or mdy"), .init("decimal", "A point or a comma"),
    .init("separator", "comma, semicolon, tab, pipe or space"), .init("encoding", "utf-8, utf-16le, windows-1252"),
    .init("kind", "What new customers are", choices: Customer.Kind.allCases.map(\.rawValue)),
    .init("driver", "For cost drivers of one kind", choices: CostDriver.Kind.allCases.map(\.rawValue)),
    .init("policy", "Customers and contacts who are there already", choices: ArrivalPolicy.allCases.map(\.rawValue)),
    .init("rules", "Whether rules act on what comes in; no when left out", choices: ["yes", "no"]),
    .init("rate", "CODE:rate, for another currency; may be repeated"),
    .init("dryRun", "Only look at the file", .flag),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, "/imports", .may(.see, .importRun), "Lists imports and feeds, newest first.",
        answer: .of(ImportList.self), action: list),
      Route(.get, "/imports/new", .may(.create, .importRun), "The form to send a file.", isInAPI: false) { visit in
        .page(ImportForm(visit: visit).html)
      },
      Route(
        .post, "/imports", .may(.create, .importRun),
        "Imports a file in the background; with dryRun it is only looked at.",
        answer: .of(ImportRun.self, or: ImportPreview.self, 200, 202), inputs: Self.inputs, takesFile: true,
        action: create),
      Route(
        .get, "/imports/{id}", .may(.see, .importRun), "One import and what became of its rows.",
        answer: .of(ImportAnswer.self), action: show),
      Route(
        .get, "/imports/{id}/rejects.csv", .may(.export, .importRun),
        "The rows that were refused, as a file to mend and send again.", answer: .file("text/csv"), action: rejectsFile),
      Route(
        .post, "/imports/{id}/repairs", .may(.create, .importRun), "Imports mended rows of an import.",
        answer: .of(ImportRun.self, 200, 201),
        inputs: [.init("row", "The mended rows by line, as row[line]", .map, required: true)], action: repair),
      Route(
        .post, "/imports/{id}/undo", .may(.delete, .importRun), "Takes a whole import back.",
        answer: .of(ImportRun.self), action: undo),
    ]
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let runs = try await imports.recent(for: visit.actor)
    let all = try await feeds.all(for: visit.actor)
    if visit.face == .json { return .json(ImportList(rows: runs, feeds: all)) }
    var coverage: [ID<Feed>: FeedCoverage] = [:]
    for feed in all where feed.subject == .purchases {
      coverage[feed.id] = try await feeds.coverage(of: feed, for: visit.actor)
    }
    let waiting = visit.actor.may(.create, .importRun) ? try await drafts.open(for: visit.actor) : []
    return .page(
      ImportListPage(runs: runs, feeds: all, coverage: coverage, waiting: waiting, visit: visit).html)
  }

  struct ImportList: Encodable, Sendable {
    let rows: [ImportRun]
    let feeds: [Feed]
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      guard let upload = visit.upload, upload.bytes > 0 else {
        throw Problem(.invalid, field: "file", "The file is empty, or none was sent.", mend: "Choose a file.")
      }
      let settings = visit.fields.all.isEmpty ? visit.query : visit.fields
      let order = try await ImportOrder(settings, fileName: upload.name, feeds: feeds, actor: visit.actor)
      let preview = try await preview(upload, order, for: visit.actor)
      if settings["dryRun"] == "1" || settings["dryRun"] == "true" {
        return .both(visit, json: preview) { ImportPreviewPage(preview: preview, visit: visit).html }
      }
      let once = try visit.once()
      let kept = upload.path + ".import"
      try FileManager.default.moveItem(atPath: upload.path, toPath: kept)
      let run: ImportRun
      do {
        run = try await imports.begin(
          order, fileName: upload.name, path: kept, queue: true, by: visit.actor, once: once)
      } catch {
        unlink(kept)
        throw error
      }
      return .changed(visit, to: "/imports/\(run.id)", status: 202, json: run)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(ImportForm(visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  /// What the file looks like under an order. Refuses what would be refused as a whole.
  func preview(_ upload: Visit.Upload, _ order: ImportOrder, for actor: Actor) async throws -> ImportPreview {
    guard let company = try await companies.current() else {
      throw Problem(.unavailable, "There is no company in this store yet.")
    }
    let today = imports.clock.now.day(in: company.zone)
    let options = try order.options(currency: company.currency, zone: company.zone, today: today)
    let table = try Table(try ByteSource(path: upload.path), options: options)
    try order.require(table.map, without: order.subject.closed(to: actor))
    let fields = try await order.fillable(by: actor, in: imports.database)
    return try ImportPreview(table, order: order, company: company, fields: fields, fileName: upload.name)
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let run = try await imports.find(visit.id(), for: visit.actor)
    let rejects = try await imports.rejects(of: run.id, for: visit.actor)
    if visit.face == .json { return .json(ImportAnswer(run: run, rejects: rejects)) }
    var open: Job?
    if run.state == .running, let job = run.job { open = try await imports.jobs.find(ID(job), for: visit.actor) }
    let subject = try await imports.order(of: run.id, for: visit.actor).subject
    return .page(ImportPage(run: run, rejects: rejects, job: open, subject: subject, visit: visit).html)
  }

  package struct ImportAnswer: Encodable, Sendable {
    let run: ImportRun
    let rejects: [ImportReject]

    package init(run: ImportRun, rejects: [ImportReject]) {
      self.run = run
      self.rejects = rejects
    }

    package func encode(to encoder: any Encoder) throws {
      try run.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(rejects, forKey: .rejects)
    }

    enum Key: String, CodingKey { case rejects }
  }

  @Sendable private func rejectsFile(_ visit: Visit) async throws -> Answer {
    let run = try await imports.find(visit.id(), for: visit.actor)
    let rejects = try await imports.rejects(of: run.id, limit: 200_000, for: visit.actor)
    let headers = run.shape.headers ?? ["row"]
    let separator = Tabular.Dialect.Separator(rawValue: run.shape.separator ?? ",") ?? .comma
    let bytes = try SafeCSVWriter.bytes { writer in
      try writer.record(headers + [ImportReject.reasonHeader])
      for reject in rejects where reject.repairedBy == nil {
        let cells = TableSample.cells(of: reject.original, separator: separator)
        for place in headers.indices { writer.text(cells.indices.contains(place) ? cells[place] : "") }
        writer.text("line \(reject.line)\(reject.field.isEmpty ? "" : ", \(reject.field)"): \(reject.reason)")
        try writer.endRecord()
      }
    }
    return .download("rejects-\(run.id).csv", type: "text/csv; charset=utf-8") { try await $0.write(bytes) }
  }

  /// Mended rows come in as an import of their own, by the same feed and with the same map.
  @Sendable private func repair(_ visit: Visit) async throws -> Answer {
    let run = try await imports.find(visit.id(), for: visit.actor)
    let rejects = try await imports.rejects(of: run.id, limit: 200_000, for: visit.actor)
    let mended = visit.fields.members(of: "row")
    let open = rejects.filter { $0.repairedBy == nil && mended["\($0.line)"] != nil }
    guard !open.isEmpty else {
      throw Problem(.invalid, field: "row", "No row was mended.", mend: "Change a row, then send it.")
    }
    var order = try await imports.order(of: run.id, for: visit.actor)
    order.patches = nil
    let (separator, hasHeader) = (run.shape.separator ?? ",", run.shape.hasHeader ?? true)
    (order.separator, order.hasHeader) = (separator, hasHeader)
    let head = hasHeader ? [(run.shape.headers ?? []).joined(separator: separator)] : []
    let text = (head + open.compactMap { mended["\($0.line)"] }).joined(separator: "\n") + "\n"
    let source = ByteSource(text: text, name: "mended rows of \(run.fileName)")
    let repair = try await imports.begin(
      order, fileName: "mended rows of \(run.fileName)", path: nil, queue: false, by: visit.actor)
    let ended = try await job.carryOut(repair, source, .silent, by: visit.actor)
    let refused = Set(try await imports.rejects(of: ended.id, for: visit.actor).map(\.line))
    let good = open.enumerated().filter { !refused.contains($0.offset + 1 + head.count) }.map {
      (line: $0.element.line, part: $0.element.part)
    }
    try await imports.markRepaired(good, of: run.id, by: ended.id)
    let format = visit.viewer.format
    return .changed(
      visit, to: "/imports/\(visit.face == .html ? run.id : ended.id)", status: 201, json: ended,
      flash: Flash(
        refused.isEmpty ? .good : .watch,
        "\(format.count(good.count, "row", "rows")) mended and taken in; \(format.count(refused.count, "is", "are")) still refused."
      ))
  }

  @Sendable private func undo(_ visit: Visit) async throws -> Answer {
    let run = try await imports.undo(visit.id(), by: visit.actor)
    return .changed(
      visit, to: "/imports/\(run.id)", json: run, flash: Flash(.good, "The import was taken back as a whole."))
  }
}

extension ImportRoutes.ImportAnswer: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    shapes.merged([ImportRun.self], ["rejects": shapes.schema(of: [ImportReject].self)], required: ["rejects"])
  }
}
