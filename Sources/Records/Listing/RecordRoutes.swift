import Kernel
import Store
import Web

/// The addresses that every noun with a list has: the list, its number, its board, changing fields, many at once, the bin.
package struct RecordRoutes: Sendable {
  let catalogue: Catalogue
  let desk: RecordDesk
  let actions: @Sendable (Visit) -> HTML
  let empty: @Sendable () -> EmptyState

  /// - Parameters:
  ///   - actions: the buttons over the list.
  ///   - empty: what stands there while there is no record at all.
  package init(
    _ catalogue: Catalogue, _ desk: RecordDesk, empty: @autoclosure @escaping @Sendable () -> EmptyState,
    actions: @escaping @Sendable (Visit) -> HTML = { _ in HTML() }
  ) {
    self.catalogue = catalogue
    self.desk = desk
    self.actions = actions
    self.empty = empty
  }

  private static let selection: [Route.Input] = [
    .init("q", "Words to find"), .init("filter", "Such as: kind is organisation and name contains 'meier'"),
  ]

  private static let place: [Route.Input] = [
    .init("columns", "Names of fields, with commas"), .init("sort", "A field, or - and a field from the end"),
    .init("after", "Where the page begins"), .init("before", "Where the page ends"),
    .init("size", "Rows of a page, 1 to 200", .integer),
    .init("total", "1 counts them all and adds up their columns", choices: ["1"]),
  ]

  package var routes: [Route] {
    let (noun, path, plural) = (catalogue.noun, catalogue.path, catalogue.plural)
    var all = [
      Route(
        .get, path, .may(.see, noun), "Lists \(plural).", answer: .of(RecordListShape.self),
        inputs: Self.selection + Self.place, action: list),
      Route(
        .get, "\(path)/count", .may(.see, noun), "How many \(plural) there are.", answer: .of([String: Int].self),
        inputs: Self.selection
      ) { visit in
        let question = try RecordQuestion(query: visit.query)
        let total = try await desk.lists.count(
          question, of: catalogue, for: visit.actor, in: ListSetting(visit.viewer))
        return .both(visit, json: ["total": total]) { "\(visit.viewer.format.count(total))" }
      },
      Route(
        .get, "\(path)/{id}/fields", .may(.see, noun), "What the company's own fields of a \(catalogue.word) hold.",
        answer: .of([String: FieldValue].self)
      ) { visit in
        let id: ID<RecordRow> = try visit.id()
        let own = try await desk.ownFields(of: noun, id.rawValue, for: visit.actor)
        return visit.face == .html ? .redirect(to: "\(path)/\(id)") : .json(own.values)
      },
      Route(
        .get, "\(path)/board", .may(.see, noun), "A board of \(plural) by a choice.", isInAPI: false, action: board),
    ]
    if catalogue.edit != nil {
      all.append(
        Route(
          .patch, "\(path)/{id}", .may(.edit, noun), "Changes some fields of a \(catalogue.word).",
          answer: .of([String: FieldValue].self),
          inputs: editable.map { .init($0.name, $0.label, choices: $0.choices.map(\.value)) }
            + [
              .init("expected", "What the fields held when they were read", .map),
              .init("version", "Or the version, unless If-Match names it", .integer, in: 1...Int64.max),
            ], action: edit))
    }
    if catalogue.edit != nil || catalogue.bin != nil {
      all.append(
        Route(
          .post, "\(path)/bulk", .may(.edit, noun), "Changes many \(plural) at once, or puts them into the bin.",
          answer: .of(BulkRun.self),
          inputs: [
            .init("act", "What is done", required: true, choices: ["edit", "tag", "bin", "restore"]),
            .init("ids", "Numbers of records, repeated"),
            .init("all", "1: all that the question lists", choices: ["1"]),
            .init("question", "The list as a query"), .init("field", "The field that is set"),
            .init("value", "What it is set to; the tag that is added"),
          ], action: bulk))
    }
    return all + bin
  }

  private var editable: [RecordField] { catalogue.fields.filter { $0.isEditable && $0.formula == nil } }

  private var bin: [Route] {
    guard let bin = catalogue.bin, let restore = catalogue.restore else { return [] }
    let (noun, path) = (catalogue.noun, catalogue.path)
    return [
      Route(
        .post, "\(path)/{id}/bin", .may(.delete, noun), "Puts a \(catalogue.word) into the bin.",
        answer: .of([String: Bool].self, 200)
      ) { visit in
        let id: ID<RecordRow> = try visit.id()
        try await desk.move(id.rawValue, bin, by: visit.actor)
        let undo = PostButton(
          "Undo", action: "\(path)/\(id)/bin", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
        return .changed(
          visit, to: path, json: ["binned": true],
          flash: Flash(.good, "The \(catalogue.word) lies in the bin.", undo: undo))
      },
      Route(
        .delete, "\(path)/{id}/bin", .may(.delete, noun), "Takes a \(catalogue.word) out of the bin.",
        answer: .of([String: Bool].self)
      ) { visit in
        let id: ID<RecordRow> = try visit.id()
        try await desk.move(id.rawValue, restore, by: visit.actor)
        return .changed(
          visit, to: "\(path)/\(id)", json: ["binned": false], flash: Flash(.good, "It is back where it was."))
      },
    ]
  }

  // Actions.

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    if visit.face == .json { return try await rows(visit) }
    do {
      return .page(try await page(visit, try RecordQuestion(query: visit.query), problem: nil))
    } catch let problem as Problem where problem.kind == .invalid || problem.kind == .malformed {
      // A filter that cannot be read must not take the list away.
      return .page(try await page(visit, RecordQuestion(), problem: problem), status: problem.kind.status)
    }
  }

  private func rows(_ visit: Visit) async throws -> Answer {
    let question = try RecordQuestion(query: visit.query)
    let setting = ListSetting(visit.viewer)
    let page = try await desk.lists.page(question, of: catalogue, kept: true, for: visit.actor, in: setting)
    let totals =
      visit.query["total"] == "1"
      ? try await desk.lists.totals(question, page.columns, of: catalogue, for: visit.actor, in: setting) : nil
    let rows = RecordRows(page: page, totals: totals, currency: setting.currency)
    return Answer(body: .bytes(rows.json, type: "application/json"))
  }

  private func page(_ visit: Visit, _ question: RecordQuestion, problem: Problem?) async throws -> HTML {
    let setting = ListSetting(visit.viewer)
    let sheet = try await desk.sheet(
      question, of: catalogue, counts: visit.query["total"] == "1", view: visit.query["view"], problem: problem,
      for: visit.actor, in: setting)
    return RecordListPage(sheet: sheet, visit: visit, actions: actions(visit), empty: empty()).html
  }

  @Sendable private func board(_ visit: Visit) async throws -> Answer {
    var question = try RecordQuestion(query: visit.query)
    question.size = Int(try visit.query.integer("size", in: 1...200) ?? Int64(RecordBoard.usualSize))
    let setting = ListSetting(visit.viewer)
    let whole = try await desk.lists.whole(catalogue)
    let first = whole.fields(for: visit.actor).first { if case .choice = $0.kind { true } else { false } }
    let by = visit.query["by"].flatMap { $0.isEmpty ? nil : $0 } ?? first?.name
    let field = try whole.field(by ?? "", for: visit.actor)
    guard case .choice = field.kind else {
      throw Problem(
        .invalid, field: "by", "“\(field.label)” has no choices to make a board of.", mend: "Choose another.")
    }
    let columns = try await desk.lists.board(question, by: field, of: whole, for: visit.actor, in: setting)
    let views = try await desk.views.all(of: catalogue.noun, for: visit.actor)
    return .page(
      RecordBoardPage(
        catalogue: whole, field: field, question: question, columns: columns, views: views,
        words: FilterSentence(whole.fields(for: visit.actor), format: visit.viewer.format), visit: visit
      ).html)
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let id: ID<RecordRow> = try visit.id()
    let whole = try await desk.lists.whole(catalogue)
    let denied = OwnFields.denied(visit)
    var changes: [String: String] = [:]
    var other: String?
    for (name, value) in visit.fields.all where !name.utf8.starts(with: "_".utf8) && name != "return" {
      if name == "version" || name.utf8.starts(with: "expected[".utf8) { continue }
      // Several choices come as several values of one name.
      if case .choices? = whole.fields.first(where: { $0.name == name })?.kind, let before = changes[name] {
        changes[name] = before + "\n" + value
      } else {
        changes[name] = denied.contains(name) ? "no" : value
      }
      other = other ?? (whole.fields.contains { $0.name == name } ? nil : name)
    }
    if let other { _ = try whole.field(other, for: visit.actor) }
    guard !changes.isEmpty else { throw Problem(.invalid, "No field is named.", mend: "Send the fields to change.") }
    let expected = visit.fields.members(of: "expected")
    let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max)
    try await desk.changes.edit(
      id.rawValue, changes, expected: expected.isEmpty ? nil : expected, version: version, of: catalogue,
      by: visit.actor)
    let back = visit.fields["return"].flatMap { Address.isLocal($0) ? $0 : nil } ?? "\(catalogue.path)/\(id)"
    let row = try await desk.row(id.rawValue, Array(changes.keys).sorted(), of: catalogue, visit)
    let after = try await desk.lists.database.read { try catalogue.version(of: id.rawValue, in: $0) }
    let answer = Answer.changed(visit, to: back, json: row, flash: Flash(.good, "Saved."))
    return after.map(answer.tagged) ?? answer
  }

  @Sendable private func bulk(_ visit: Visit) async throws -> Answer {
    let fields = visit.fields
    let choice = try choice(fields)
    let act: BulkAct
    switch try fields.required("act") {
    case "edit":
      let field = try fields.required("field")
      if field == BulkBar.oneMoreTag {
        act = .tag(try fields.required("value"))
        break
      }
      act = .edit([field: try await desk.value(fields["value"] ?? "", of: field, catalogue, visit)])
    case "tag": act = .tag(try fields.required("value"))
    case "bin": act = .bin
    case "restore": act = .restore
    case "merge" where visit.face == .html: return try merging(choice)
    case "export" where visit.face == .html: return try exporting(choice)
    default: throw Problem(.invalid, field: "act", "This is no act.", mend: "Use edit, tag, bin or restore.")
    }
    let run = try await desk.bulks.begin(act, on: choice, of: catalogue, in: ListSetting(visit.viewer), by: visit.actor)
    return .changed(
      visit, to: run.job.map { _ in "\(BulkRoutes.path)/\(run.id)" } ?? catalogue.path + (fields["question"] ?? ""),
      status: 201, json: run,
      flash: run.job == nil ? desk.told(run, visit) : Flash(.note, "It goes on in the background."))
  }

  /// Which records an act on many means.
  private func choice(_ fields: Fields) throws -> BulkAct.Choice {
    if fields["all"] == "1" {
      let text = fields["question"] ?? ""
      let query = try Decoding.fields(
        text.utf8.dropFirst(text.utf8.first == UInt8(ascii: "?") ? 1 : 0), field: "question")
      return .matching(try RecordQuestion(query: query))
    }
    return .records(
      try fields.values(of: "ids").map { text in
        guard let id = ID<RecordRow>(text: text) else {
          throw Problem(.invalid, field: "ids", "“\(text.prefix(40))” is no number of a record.", mend: "Leave it out.")
        }
        return id.rawValue
      })
  }

  /// The way to the page where the ticked records become one.
  private func merging(_ choice: BulkAct.Choice) throws -> Answer {
    guard case .records(let ids) = choice, (2...20).contains(ids.count) else {
      throw Problem(.invalid, field: "ids", "A merge takes two to twenty records.", mend: "Tick two of the list.")
    }
    let asked = [("noun", catalogue.noun.rawValue)] + ids.map { ("ids", "\($0)") }
    return .redirect(to: Address.path(MergeRoutes.path + "/new", asked))
  }

  /// The way to the form for a file of the ticked records, or of all that match.
  private func exporting(_ choice: BulkAct.Choice) throws -> Answer {
    let question: RecordQuestion
    switch choice {
    case .matching(let all): question = all
    case .records(let ids):
      guard (1...200).contains(ids.count) else {
        throw Problem(.invalid, field: "ids", "Nothing is ticked.", mend: "Tick the records that are meant.")
      }
      let parts = stride(from: 0, to: ids.count, by: 20).map { start in
        Filter.condition(.init("number", .is, ids[start..<min(start + 20, ids.count)].map(String.init)))
      }
      question = RecordQuestion(filter: parts.count == 1 ? parts[0] : .any(parts))
    }
    let asked = question.parameters.filter { !$0.1.isEmpty && $0.0 != "size" }
    return .redirect(to: Address.path("/exports/new", [("noun", catalogue.noun.rawValue)] + asked))
  }
}
