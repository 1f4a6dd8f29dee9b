import Customers
import Foundation
import Kernel
import Records
import Store
import Tabular
import Web

/// Files before they come in: what their columns mean, how they are written, which cells need mending.
package struct ImportDraftRoutes: Sendable {
  let imports: Imports
  let drafts: ImportDrafts
  let feeds: Feeds
  let companies: Companies
  let customers: Customers
  let duplicates: Duplicates

  package init(
    _ imports: Imports, drafts: ImportDrafts, feeds: Feeds, companies: Companies, customers: Customers,
    duplicates: Duplicates
  ) {
    self.imports = imports
    self.drafts = drafts
    self.feeds = feeds
    self.companies = companies
    self.customers = customers
    self.duplicates = duplicates
  }

  static let inputs: [Route.Input] = [
    .init("source", "The feed: rows of one feed are compared with what it brought before"),
    .init("subject", "What the rows are", choices: ImportOrder.Subject.allCases.map(\.rawValue)),
    .init("column", "What a column means, as column[0]: a role, trait, an own field, or nothing", .map),
    .init("trait", "What a trait is called, as trait[0]", .map),
    .init("cell", "Corrected cells, as cell[line:column]", .map),
    .init("replaceColumn", "With replaceFrom and replaceTo: the column, from 0", .integer),
    .init("replaceFrom", "A value to be replaced wherever it stands in the column"),
    .init("replaceTo", "What stands there instead"),
    .init("forget", "Forget every correction", .flag),
    .init("dateOrder", "ymd, dmy or mdy; empty to find out"), .init("decimal", "A point or a comma; empty to find out"),
    .init("separator", "comma, semicolon, tab, pipe or space; empty to find out"),
    .init("header", "Whether the first line names the columns", choices: ["yes", "no"]),
    .init("kind", "What new customers are", choices: Customer.Kind.allCases.map(\.rawValue)),
    .init("driver", "For cost drivers of one kind", choices: CostDriver.Kind.allCases.map(\.rawValue)),
    .init("policy", "Customers and contacts who are there already", choices: ArrivalPolicy.allCases.map(\.rawValue)),
    .init("rules", "Whether rules act on what comes in; no when left out", choices: ["yes", "no"]),
    .init("rate", "CODE:rate, for another currency"),
  ]

  package var routes: [Route] {
    [
      Route(
        .post, "/imports/drafts", .may(.create, .importRun), "Keeps a file until it is settled how it is read.",
        answer: .of([String: Int64].self),
        inputs: [
          .init("source", "The feed it belongs to"), .init("file", "The name of the file"),
          .init("subject", "What the rows are", choices: ImportOrder.Subject.allCases.map(\.rawValue)),
        ], takesFile: true, action: create),
      Route(
        .get, "/imports/drafts/{id}", .may(.see, .importRun),
        "A file as it would come in: columns, first rows, cells that need mending.",
        answer: .of(DraftAnswer.self), action: show),
      Route(
        .patch, "/imports/drafts/{id}", .may(.create, .importRun), "Settles how a file is read, and mends cells.",
        answer: .of([String: Int64].self, or: ImportRun.self, 200, 202),
        inputs: Self.inputs, action: settle),
      Route(
        .post, "/imports/drafts/{id}/import", .may(.create, .importRun), "Imports a file that was settled.",
        answer: .of(ImportRun.self, 202),
        action: begin),
      Route(
        .delete, "/imports/drafts/{id}", .may(.create, .importRun), "Takes a file away that is not to come in.",
        answer: .of([String: Bool].self)
      ) { visit in
        let draft = try await drafts.find(visit.id(), for: visit.actor)
        try await drafts.discard(draft.id, by: visit.actor)
        unlink(draft.path)
        return .changed(visit, to: "/imports", json: ["deleted": true], flash: Flash(.note, "The file was taken away."))
      },
    ]
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      guard let upload = visit.upload, upload.bytes > 0 else {
        throw Problem(.invalid, field: "file", "The file is empty, or none was sent.", mend: "Choose a file.")
      }
      let settings = visit.fields.all.isEmpty ? visit.query : visit.fields
      let once = try visit.once()
      let order = try await order(of: upload, settings, visit.actor)
      let kept = upload.path + ".import"
      try FileManager.default.moveItem(atPath: upload.path, toPath: kept)
      do {
        let draft = try await drafts.create(order, fileName: upload.name, path: kept, by: visit.actor, once: once)
        return .changed(
          visit, to: "/imports/drafts/\(draft.id)", status: 201, json: ["id": draft.id.rawValue])
      } catch {
        unlink(kept)
        throw error
      }
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict, .tooLarge].contains(problem.kind)
    {
      return .page(ImportForm(visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  /// What is known of such a file: by its feed, else by its headers, else by what the headers mean.
  private func order(of upload: Visit.Upload, _ settings: Fields, _ actor: Actor) async throws -> ImportOrder {
    guard let company = try await companies.current() else {
      throw Problem(.unavailable, "There is no company in this store yet.")
    }
    let plain = TableOptions(currency: company.currency, zone: company.zone)
    let sample = try TableSample(try ByteSource(path: upload.path), options: plain, rows: 1)
    let named = try Text.line(settings["source"] ?? "", field: "source", limit: 80, required: false)
    let subject = settings["subject"].flatMap(ImportOrder.Subject.init(rawValue:))
    if !named.isEmpty, let known = try await feeds.order(named: named, for: actor) { return known }
    if named.isEmpty, subject == nil, let known = try await drafts.remembered(sample.map.headers) { return known }
    // Cards are people, wherever those are kept.
    let people = sample.isCards ? ImportOrder.Subject(rawValue: "contacts") : nil
    let guessed = subject ?? people ?? ImportOrder.Subject(guessing: sample.map)
    return ImportOrder(feed: named.isEmpty ? guessed.word.lowercased() : named, subject: guessed)
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let draft = try await drafts.find(visit.id(), for: visit.actor)
    if let run = draft.run, visit.face == .html { return .redirect(to: "/imports/\(run)") }
    return try await page(draft, visit)
  }

  private func page(_ draft: ImportDraft, _ visit: Visit, problem: Problem? = nil) async throws -> Answer {
    let look = try await look(draft, visit.actor)
    return .both(
      visit, status: problem?.kind.status ?? 200, json: DraftAnswer(draft: draft, look: look)
    ) { ImportDraftPage(draft: draft, look: look, visit: visit, problem: problem).html }
  }

  struct DraftAnswer: Encodable, Sendable, APIShaped {
    static func schema(in shapes: APIShapes) -> APISchema {
      shapes.merged(
        [ImportLook.self],
        [
          "id": .integer, "fileName": .text, "feed": .text, "subject": shapes.schema(of: ImportOrder.Subject.self),
          "policy": shapes.schema(of: ArrivalPolicy.self), "rules": .flag, "corrections": .integer,
          "version": .integer,
        ], required: ["id", "fileName", "feed", "subject", "policy", "rules", "corrections", "version"])
    }

    let draft: ImportDraft
    let look: ImportLook

    enum Key: String, CodingKey { case id, fileName, feed, subject, policy, rules, corrections, version }

    func encode(to encoder: any Encoder) throws {
      try look.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(draft.id, forKey: .id)
      try container.encode(draft.fileName, forKey: .fileName)
      try container.encode(draft.order.feed, forKey: .feed)
      try container.encode(draft.order.subject, forKey: .subject)
      try container.encode(draft.order.policy ?? .update, forKey: .policy)
      try container.encode(draft.order.rules == true, forKey: .rules)
      try container.encode(draft.order.patches?.count ?? 0, forKey: .corrections)
      try container.encode(draft.version, forKey: .version)
    }
  }

  private func look(_ draft: ImportDraft, _ actor: Actor) async throws -> ImportLook {
    guard let company = try await companies.current() else {
      throw Problem(.unavailable, "There is no company in this store yet.")
    }
    let today = imports.clock.now.day(in: company.zone)
    var look = try ImportLook(
      try ByteSource(path: draft.path), order: draft.order, company: company,
      fields: try await draft.order.fillable(by: actor, in: imports.database),
      closed: draft.order.subject.closed(to: actor), today: today)
    if draft.order.subject == .customers, look.problem == nil {
      let people = look.people
      let known = try await customers.recognised(
        people.keys, emails: draft.order.policy == .create ? [] : people.emails,
        source: draft.order.sourceName ?? draft.order.feed, for: actor)
      look.mark(known: known.keys, emails: known.emails)
    }
    let noun: Actor.Noun? =
      switch draft.order.subject {
      case .customers: .customer
      case .contacts: .contact
      default: nil
      }
    if let noun, look.problem == nil {
      try await look.compare { texts in
        try await duplicates.hints(noun.rawValue, RecordTexts(texts), for: actor).first(where: \.isLikely)
      }
    }
    return look
  }

  @Sendable private func settle(_ visit: Visit) async throws -> Answer {
    let draft = try await drafts.find(visit.id(), for: visit.actor)
    guard draft.run == nil else {
      throw Problem(.conflict, "This file came in already.", mend: "Look at its import.")
    }
    do {
      let order = try await settled(draft, visit)
      if order != draft.order { try await drafts.save(order, of: draft, by: visit.actor) }
      if visit.fields["import"] == "1" { return try await begin(visit) }
      return .changed(visit, to: "/imports/drafts/\(draft.id)", json: ["id": draft.id.rawValue])
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict, .tooLarge].contains(problem.kind)
    {
      return try await page(try await drafts.find(draft.id, for: visit.actor), visit, problem: problem)
    }
  }

  /// The order of a draft with what was sent.
  private func settled(_ draft: ImportDraft, _ visit: Visit) async throws -> ImportOrder {
    let fields = visit.fields
    var order = draft.order
    if let name = fields["source"] { order.feed = try Text.line(name, field: "source", limit: 80) }
    if let text = fields["subject"] {
      guard let subject = ImportOrder.Subject(rawValue: text) else {
        throw Problem(
          .invalid, field: "subject", "“\(text.prefix(40))” cannot be imported.",
          mend: "Use \(ImportOrder.Subject.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      if subject != order.subject {
        if order.feed == order.subject.word.lowercased() { order.feed = subject.word.lowercased() }
        order.subject = subject
        order.forgetMap()
        return order
      }
    }
    try order.takeSettings(fields)
    let chosen = places(fields.members(of: "column"))
    if !chosen.isEmpty {
      let look = try await look(draft, visit.actor)
      try order.map(
        chosen, traits: places(fields.members(of: "trait")),
        own: try await order.fillable(by: visit.actor, in: imports.database), headers: look.columns.map(\.header))
    }
    order.patches = try patches(order.patches ?? CellPatches(), fields)
    return order
  }

  private func places(_ members: [String: String]) -> [Int: String] {
    Dictionary(members.compactMap { key, value in Int(key).map { ($0, value) } }) { first, _ in first }
  }

  private func patches(_ before: CellPatches, _ fields: Fields) throws -> CellPatches? {
    var patches = fields["forget"].map { ["1", "true"].contains($0) } ?? false ? CellPatches() : before
    let was = fields.members(of: "was")
    try patches.take(fields.members(of: "cell").filter { was[$0.key] != $0.value })
    if let column = try fields.integer("replaceColumn", in: 0...1_000), let to = fields["replaceTo"], !to.isEmpty {
      try patches.replace(fields["replaceFrom"] ?? "", in: Int(column), by: to)
    }
    let (columns, from) = (fields.members(of: "replaceColumns"), fields.members(of: "replaceFroms"))
    for (place, to) in fields.members(of: "replaceTos").sorted(by: { $0.key < $1.key }) where !to.isEmpty {
      guard let column = columns[place].flatMap({ Int($0) }), let from = from[place] else { continue }
      try patches.replace(from, in: column, by: to)
    }
    return patches.isEmpty ? nil : patches
  }

  @Sendable private func begin(_ visit: Visit) async throws -> Answer {
    let draft = try await drafts.find(visit.id(), for: visit.actor)
    guard draft.run == nil else {
      throw Problem(.conflict, "This file came in already.", mend: "Look at its import.")
    }
    let look = try await look(draft, visit.actor)
    if let problem = look.problem { throw problem }
    let run = try await imports.begin(
      draft.order, fileName: draft.fileName, path: draft.path, queue: true, by: visit.actor, draft: draft.id,
      once: try visit.once())
    try await drafts.remember(draft.order, headers: look.columns.map(\.header))
    return .changed(visit, to: "/imports/\(run.id)", status: 202, json: run)
  }
}

extension ImportOrder {
  /// How the file is written and what its rows become, where a page or a program says so.
  mutating func takeSettings(_ fields: Fields) throws {
    func said(_ name: String, _ keep: inout String?) {
      if let text = fields[name] { keep = text.isEmpty ? nil : text }
    }
    said("dateOrder", &dateOrder)
    said("decimal", &decimal)
    said("separator", &separator)
    said("encoding", &encoding)
    if let text = fields["header"] { hasHeader = text.isEmpty ? nil : text == "yes" }
    if let text = fields["kind"], !text.isEmpty {
      guard let kind = Customer.Kind(rawValue: text) else {
        throw Problem(.invalid, field: "kind", "“\(text)” is no kind of customer.", mend: "Choose one of the list.")
      }
      self.kind = kind
    }
    if let text = fields["driver"] {
      driver = CostDriver.Kind(rawValue: text)
      guard text.isEmpty || driver != nil else {
        throw Problem(.invalid, field: "driver", "“\(text)” is not counted here.", mend: "Choose one of the list.")
      }
    }
    if let text = fields["policy"], !text.isEmpty { policy = try ArrivalPolicy(named: text) }
    if let text = fields["rules"], !text.isEmpty { try take(rules: text) }
    for text in fields.values(of: "rate") where !text.isEmpty { try add(rate: text) }
  }
}

extension ArrivalPolicy {
  init(named text: String) throws {
    guard let policy = ArrivalPolicy(rawValue: text) else {
      throw Problem(
        .invalid, field: "policy", "“\(text.prefix(40))” is no way to treat those who are there already.",
        mend: "Use skip, update or create.")
    }
    self = policy
  }
}
