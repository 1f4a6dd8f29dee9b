import Customers
import Kernel
import Tabular
import Web

/// Segments: which there are, one of them with its customers, making, changing, ending, and proposals to accept.
package struct SegmentRoutes: Sendable {
  let segments: Segments
  let forecasts: SalesForecasts
  let customers: Customers

  package init(_ segments: Segments, forecasts: SalesForecasts, customers: Customers) {
    self.segments = segments
    self.forecasts = forecasts
    self.customers = customers
  }

  package static let path = "/portfolio/segments"
  static let splits = "/portfolio/segmentations"

  private static let rule: [Route.Input] = [
    .init("name", "The name", required: true),
    .init(
      "conditions", "A condition as text, such as “sales atLeast 1000”; may be repeated, “or” between alternatives"),
    .init("rank", "Its place among the segments, from 1", .integer),
    .init("dryRun", "Whether only to tell for how many the rule holds", .flag),
  ]
  private static let one: Route.Input = .init(
    "segmentation", "The segmentation; the one in use when left out", .integer)
  private static let proposing: [Route.Input] = [
    .init("method", "How", choices: Segmentation.Method.allCases.filter { $0 != .rules }.map(\.rawValue)),
    .init("trait", "The trait"), .init("measures", "A measure for k-means; may be repeated"),
    .init("seed", "The seed of k-means", .integer),
  ]

  package var routes: [Route] { reading + changing }

  private var reading: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .segment), "Which segments there are, their size, money, growth and margin.",
        answer: .of(SegmentsReport.self, or: [String: [String]].self),
        inputs: [Self.one, .init("members", "Whether to list the customers of each", .flag)], action: list),
      Route(
        .get, "\(Self.path)/members.csv", .may(.export, .segment), "Every customer with its segment, as a file.",
        answer: .file("text/csv"),
        inputs: [Self.one], action: export),
      Route(
        .get, "\(Self.path)/proposals", .may(.see, .segment), "Segments worked out from the data, to be accepted.",
        answer: .of(SegmentProposalReport.self, or: [String: Int].self),
        inputs: Self.proposing, action: propose),
      Route(
        .get, "\(Self.path)/new", .may(.create, .segment), "The form for a new segment.", isInAPI: false,
        action: newForm),
      Route(
        .get, "\(Self.path)/{id}", .may(.see, .segment), "One segment with its customers.",
        answer: .of(SegmentDetail.self, or: SegmentationReport.self),
        inputs: [.init("after", "Where the page of customers begins", .integer)], action: show),
      Route(
        .get, "\(Self.path)/{id}/edit", .may(.edit, .segment), "The form to change a segment.", isInAPI: false,
        action: editForm),
      Route(
        .get, Self.splits, .may(.see, .segment), "Every segmentation, with its history.",
        answer: .of([String: [SegmentationReport]].self)
      ) { visit in
        guard visit.face == .json else { return .redirect(to: Self.path) }
        let book = try await segments.book(for: visit.actor)
        let currency = visit.viewer.format.currency
        return .json(["rows": book.segmentations.map { SegmentationReport($0, currency: currency) }])
      },
    ]
  }

  private var changing: [Route] {
    [
      Route(
        .post, Self.path, .may(.create, .segment), "Makes a segment, in a new segmentation when `in` names one.",
        answer: .of([String: ID<Segment>].self, or: SegmentPreview.self, 200, 201),
        inputs: [Self.one, .init("in", "The name of a new segmentation")] + Self.rule, action: create),
      Route(
        .put, "\(Self.path)/{id}", .may(.edit, .segment), "Changes a segment; a rule that is not sent stays.",
        answer: .of([String: ID<Segment>].self, or: SegmentPreview.self),
        inputs: Self.rule, action: change),
      Route(
        .put, "\(Self.path)/{id}/ratings", .may(.edit, .segment),
        "Rates a segment 0 to 100; an empty rating is taken back, one left out stays.",
        answer: .of([String: ID<Segment>].self),
        inputs: Self.rated.map { .init($0.name, $0.title, .number) }, action: rate),
      ending(.post, "\(Self.path)/{id}/ending", "Ends a segment.", true),
      ending(.delete, "\(Self.path)/{id}/ending", "Brings an ended segment back.", false),
      Route(
        .post, Self.splits, .may(.create, .segment), "Makes a segmentation from a proposal.",
        answer: .of(SegmentationReport.self, 200, 201),
        inputs: [.init("name", "The name", required: true), .init("use", "Whether to use it from now on", .flag)]
          + Self.proposing, action: accept),
      mark(.post, "use", .used, "Uses a segmentation in all analyses."),
      mark(.delete, "use", .left, "Uses it no longer."), mark(.post, "ending", .ended, "Ends a segmentation."),
      mark(.delete, "ending", .restored, "Brings an ended segmentation back."),
    ]
  }

  static let rated: [(name: String, title: String)] =
    [(SegmentRatings.fitName, "Fit to our skills")] + AttractivenessItem.allCases.map { ($0.rawValue, $0.word) }

  // Reading.

  private func chosen(_ fields: Fields, _ book: SegmentBook) throws -> Segmentation? {
    guard let number = try fields.integer("segmentation", in: 1...Int64.max) else {
      return book.inUse ?? book.standing.last
    }
    guard let found = book[ID(number)] else {
      throw Problem(.notFound, field: "segmentation", "There is no such segmentation.", mend: "Choose one of the list.")
    }
    return found
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let book = try await segments.book(for: visit.actor)
    guard let chosen = try chosen(visit.query, book) else {
      if visit.face == .json { return .json(["segments": [String]()]) }
      return .page(NoSegmentsPage(visit: visit).html)
    }
    guard let sheet = try await segments.sheet(chosen, stamp: book.stamp, for: visit.actor) else {
      if visit.face == .json { return .json(["segments": [String]()]) }
      return .page(NothingBoughtPage(title: "Segments", path: Self.path, visit: visit).html)
    }
    if visit.face == .json {
      let wants = visit.query["members"].map { ["1", "true"].contains($0) } ?? false
      return .json(SegmentsReport(sheet, keys: wants ? try await customers.externalKeys(for: visit.actor) : nil))
    }
    return .page(SegmentsPage(book: book, sheet: sheet, visit: visit).html)
  }

  /// The segments with their members, as the command prints them; nil when there are none.
  package func report(for actor: Actor) async throws -> SegmentsReport? {
    let book = try await segments.book(for: actor)
    guard let chosen = book.inUse ?? book.standing.last,
      let sheet = try await segments.sheet(chosen, stamp: book.stamp, for: actor)
    else { return nil }
    return SegmentsReport(sheet, keys: try await customers.externalKeys(for: actor))
  }

  @Sendable private func export(_ visit: Visit) async throws -> Answer {
    let book = try await segments.book(for: visit.actor)
    let sheet = try await chosen(visit.query, book).asyncMap {
      try await segments.sheet($0, stamp: book.stamp, for: visit.actor)
    }
    let keys = try await customers.externalKeys(for: visit.actor)
    let currency = visit.viewer.format.currency
    return .download("segments.csv", type: "text/csv; charset=utf-8") { sink in
      let rows = (sheet??.all ?? []).flatMap { profile in profile.customers.map { (profile, $0) } }
      for (number, chunk) in (rows.isEmpty ? [[]] : rows.chunks(of: 500)).enumerated() {
        let bytes = try SafeCSVWriter.bytes(byteOrderMark: number == 0) { writer in
          if number == 0 { try writer.record(["customer", "segment", "net_sales"]) }
          for (profile, customer) in chunk {
            writer.text(keys[customer] ?? "\(customer)")
            writer.text(profile.part == nil ? "" : profile.name)
            writer.money(Money(minor: sheet??.base.sales[customer] ?? 0, currency))
            try writer.endRecord()
          }
        }
        try await sink.write(bytes)
      }
    }
  }

  @Sendable private func propose(_ visit: Visit) async throws -> Answer {
    let traits = try await customers.traitNames(for: visit.actor).map(\.name)
    do {
      let question = try SegmentProposal.Question(visit.query)
      guard let proposal = try await segments.proposal(question, for: visit.actor) else {
        if visit.face == .json { return .json(["customers": 0]) }
        return .page(NothingBoughtPage(title: "Proposals", path: Self.path, visit: visit).html)
      }
      return .both(visit, json: SegmentProposalReport(proposal)) {
        SegmentProposalPage(proposal: proposal, traits: traits, visit: visit).html
      }
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return .page(
        SegmentProposalPage(proposal: nil, traits: traits, visit: visit, problem: problem).html, status: 422)
    }
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let book = try await segments.book(for: visit.actor)
    let (owner, part) = try book.find(visit.id())
    guard let sheet = try await segments.sheet(owner, stamp: book.stamp, for: visit.actor),
      let profile = sheet.profile(part.id)
    else {
      if visit.face == .json { return .json(SegmentationReport(owner, currency: visit.viewer.format.currency)) }
      return .page(EndedSegmentPage(owner: owner, part: part, visit: visit).html)
    }
    let from = Int(try visit.query.integer("after", in: 0...10_000_000) ?? 0)
    if visit.face == .json {
      let keys = try await customers.externalKeys(for: visit.actor)
      return .json(SegmentDetail(profile, sheet, keys: keys, from: from))
    }
    let shown = Array(profile.customers.dropFirst(from).prefix(SegmentPage.size))
    return .page(
      SegmentPage(
        owner: owner, part: part, profile: profile, sheet: sheet, from: from, shown: shown,
        names: try await customers.names(shown, for: visit.actor),
        forecast: try await forecasts.forecast(of: profile, in: sheet, for: visit.actor), visit: visit
      ).html)
  }

  // The forms.

  @Sendable private func newForm(_ visit: Visit) async throws -> Answer {
    let book = try await segments.book(for: visit.actor)
    return .page(try await form(visit, book, owner: try chosen(visit.query, book), part: nil).html)
  }

  @Sendable private func editForm(_ visit: Visit) async throws -> Answer {
    let book = try await segments.book(for: visit.actor)
    let (owner, part) = try book.find(visit.id())
    return .page(try await form(visit, book, owner: owner, part: part).html)
  }

  private func form(
    _ visit: Visit, _ book: SegmentBook, owner: Segmentation?, part: Segmentation.Part?,
    preview: SegmentPreview? = nil, problem: Problem? = nil
  ) async throws -> SegmentFormPage {
    SegmentFormPage(
      book: book, owner: owner, part: part, traits: try await customers.traitNames(for: visit.actor), preview: preview,
      problem: problem, visit: visit)
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    let book = try await segments.book(for: visit.actor)
    let name = visit.fields["in"] ?? ""
    let owner = name.isEmpty ? try chosen(visit.fields, book) : nil
    do {
      let draft = try SegmentDraft(visit, currency: visit.viewer.format.currency)
      if visit.isDryRun {
        return try await previewed(visit, book, draft, owner: owner, part: nil)
      }
      let id: ID<Segment>
      if let owner {
        id = try await segments.add(draft.segment, to: owner.id, by: visit.actor, once: try visit.once())
      } else {
        let made = try await segments.create(
          name.isEmpty ? "By hand" : name, segments: [draft.segment], uses: book.inUse == nil, by: visit.actor)
        guard let first = made.parts.first else { throw Problem(.unavailable, "The segment was not made.") }
        id = first.id
      }
      return .changed(
        visit, to: "\(Self.path)/\(id)", status: 201, json: ["id": id],
        flash: Flash(.good, "\(draft.segment.name) was made."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(
        try await form(visit, book, owner: owner, part: nil, problem: problem).html, status: problem.kind.status)
    }
  }

  @Sendable private func change(_ visit: Visit) async throws -> Answer {
    let book = try await segments.book(for: visit.actor)
    let (owner, part) = try book.find(visit.id())
    do {
      let draft = try SegmentDraft(visit, currency: visit.viewer.format.currency, kept: part.segment.rule)
      if visit.isDryRun { return try await previewed(visit, book, draft, owner: owner, part: part) }
      try await segments.change(part.id, to: draft.segment, rank: draft.rank, by: visit.actor)
      return .changed(visit, to: "\(Self.path)/\(part.id)", json: ["id": part.id], flash: Flash(.good, "Saved."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(
        try await form(visit, book, owner: owner, part: part, problem: problem).html, status: problem.kind.status)
    }
  }

  private func previewed(
    _ visit: Visit, _ book: SegmentBook, _ draft: SegmentDraft, owner: Segmentation?, part: Segmentation.Part?
  ) async throws -> Answer {
    let preview = try await segments.preview(draft.segment.rule, in: owner, changing: part?.id, for: visit.actor)
    if visit.face == .json {
      return .json(preview ?? SegmentPreview(draft.segment.rule, nobodyIn: visit.viewer.format.currency))
    }
    return .page(try await form(visit, book, owner: owner, part: part, preview: preview).html)
  }

  @Sendable private func accept(_ visit: Visit) async throws -> Answer {
    let question = try SegmentProposal.Question(visit.fields)
    guard let proposal = try await segments.proposal(question, for: visit.actor), !proposal.rows.isEmpty else {
      throw Problem(
        .conflict, field: "method", "Nothing can be proposed that way.", mend: "Choose other measures, or another way.")
    }
    do {
      let made = try await segments.create(
        visit.fields["name"] ?? "", question.method, segments: proposal.segments,
        uses: ["1", "true"].contains(visit.fields["use"] ?? ""), by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: "\(Self.path)?segmentation=\(made.id)", status: 201,
        json: SegmentationReport(made, currency: visit.viewer.format.currency),
        flash: Flash(.good, "\(made.name) was accepted with \(made.parts.count) segments."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let traits = try await customers.traitNames(for: visit.actor).map(\.name)
      return .page(
        SegmentProposalPage(proposal: proposal, traits: traits, visit: visit, problem: problem).html,
        status: problem.kind.status)
    }
  }

  @Sendable private func rate(_ visit: Visit) async throws -> Answer {
    let format = visit.face == .json ? Format.standard : visit.viewer.format
    var values: [String: Double?] = [:]
    for (name, _) in Self.rated {
      guard let text = visit.fields[name] else { continue }
      values[name] = .some(text.isEmpty ? nil : try format.readNumber(text, field: name))
    }
    let id: ID<Segment> = try visit.id()
    try await segments.rate(id, values, by: visit.actor)
    return .changed(visit, to: "\(Self.path)/\(id)", json: ["id": id], flash: Flash(.good, "The ratings were saved."))
  }

  private func ending(_ method: Visit.Method, _ path: String, _ words: String, _ isEnded: Bool) -> Route {
    Route(method, path, .may(.delete, .segment), words, answer: .of([String: Int64].self)) { visit in
      let id: ID<Segment> = try visit.id()
      let owner = try await segments.setEnded(isEnded, id, by: visit.actor)
      let undo = PostButton(
        "Undo", action: "\(Self.path)/\(id)/ending", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
      return .changed(
        visit, to: "\(Self.path)?segmentation=\(owner.id)", json: ["id": id],
        flash: isEnded ? Flash(.note, "The segment was ended.", undo: undo) : Flash(.good, "It is back."))
    }
  }

  private func mark(
    _ method: Visit.Method, _ act: String, _ kind: Segmentation.Act.Kind, _ words: String
  ) -> Route {
    Route(
      method, "\(Self.splits)/{id}/\(act)", .may(kind == .ended ? .delete : .edit, .segment), words,
      answer: .of(SegmentationReport.self)
    ) { visit in
      let after = try await segments.mark(kind, visit.id(), by: visit.actor)
      let undo = PostButton(
        "Undo", action: "\(Self.splits)/\(after.id)/ending", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
      let flash =
        switch kind {
        case .used: Flash(.good, "All analyses use “\(after.name)” now.")
        case .left: Flash(.note, "“\(after.name)” is no longer in use.")
        case .ended: Flash(.note, "“\(after.name)” was ended.", undo: undo)
        default: Flash(.good, "“\(after.name)” is back.")
        }
      return .changed(
        visit, to: kind == .ended ? Self.path : "\(Self.path)?segmentation=\(after.id)",
        json: SegmentationReport(after, currency: visit.viewer.format.currency), flash: flash)
    }
  }
}

extension Visit {
  fileprivate var isDryRun: Bool { ["1", "true"].contains(fields["dryRun"] ?? "") }
}

extension Optional {
  fileprivate func asyncMap<T>(_ transform: (Wrapped) async throws -> T) async rethrows -> T? {
    guard let self else { return nil }
    return try await transform(self)
  }
}
