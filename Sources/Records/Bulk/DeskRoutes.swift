import Kernel
import Store
import Web

/// What the lists of all nouns share an address for: kept views, the bin.
package struct DeskRoutes: Sendable {
  let desk: RecordDesk

  package init(_ desk: RecordDesk) { self.desk = desk }

  package var routes: [Route] {
    [
      Route(
        .get, "/views", .signedIn, "The views one may open.", answer: .of([String: [SavedView]].self),
        inputs: [.init("noun", "Of one kind of record", choices: desk.catalogues.all.map(\.noun.rawValue))],
        action: views),
      Route(
        .post, "/views", .signedIn, "Keeps a list under a name.", answer: .of(SavedView.self),
        inputs: [
          .init("name", "The name", required: true),
          .init("noun", "The kind of record", required: true, choices: desk.catalogues.all.map(\.noun.rawValue)),
          .init("question", "The list as a query"), .init("shared", "1 for everybody", .flag),
        ], action: keep),
      Route(.get, "/views/{id}", .signedIn, "One view; a browser is led to its list.", answer: .of(SavedView.self)) {
        visit in
        let view = try await desk.views.find(visit.id(), for: visit.actor)
        if visit.face == .json { return .json(view) }
        let path = try desk.catalogues.named(view.noun).path + view.question
        return .redirect(to: path + (view.question.isEmpty ? "?" : "&") + "view=\(view.id)")
      },
      Route(.delete, "/views/{id}", .signedIn, "Takes a view away.", answer: .of([String: Bool].self)) { visit in
        let view = try await desk.views.find(visit.id(), for: visit.actor)
        try await desk.views.delete(view.id, by: visit.actor)
        let path = try desk.catalogues.named(view.noun).path
        return .changed(visit, to: path, json: ["deleted": true], flash: Flash(.good, "“\(view.name)” is gone."))
      },
      Route(.get, "/bin", .signedIn, "What lies in the bin.", isInAPI: false, action: bin),
    ]
  }

  @Sendable private func views(_ visit: Visit) async throws -> Answer {
    let asked = try visit.query["noun"].flatMap { $0.isEmpty ? nil : $0 }.map { try desk.catalogues.named($0) }
    var all: [SavedView] = []
    for catalogue in asked.map({ [$0] }) ?? desk.catalogues.all where visit.actor.may(.see, catalogue.noun) {
      all += try await desk.views.all(of: catalogue.noun, for: visit.actor)
    }
    return .both(visit, json: ["rows": all]) { ViewListPage(views: all, desk: desk, visit: visit).html }
  }

  @Sendable private func keep(_ visit: Visit) async throws -> Answer {
    let catalogue = try desk.catalogues.named(try visit.fields.required("noun"))
    let text = visit.fields["question"] ?? ""
    let query = try Decoding.fields(
      text.utf8.dropFirst(text.utf8.first == UInt8(ascii: "?") ? 1 : 0), field: "question")
    let question = try RecordQuestion(query: query)
    // What cannot be read now is not kept.
    let whole = try await desk.lists.whole(catalogue)
    _ = try RecordReading(question, of: whole, for: visit.actor, in: ListSetting(visit.viewer))
    let view = try await desk.views.create(
      visit.fields["name"] ?? "", of: catalogue, question, isShared: visit.fields["shared"] == "1", by: visit.actor,
      once: try visit.once())
    return .changed(
      visit, to: "/views/\(view.id)", status: 201, json: view, flash: Flash(.good, "Kept as “\(view.name)”."))
  }

  @Sendable private func bin(_ visit: Visit) async throws -> Answer {
    var parts: [BinPage.Part] = []
    for catalogue in desk.catalogues.all where catalogue.restore != nil && visit.actor.may(.delete, catalogue.noun) {
      guard let binned = catalogue.binned else { continue }
      let scope = try binned(visit.actor)
      let reads = catalogue.fields.first?.isReadable(by: visit.actor, of: catalogue.noun)
      let rows = try await desk.lists.database.read { tx in
        try tx.rows(
          """
          SELECT \(catalogue.id), \(catalogue.title) FROM \(catalogue.table) WHERE \(scope)
          ORDER BY \(catalogue.id) DESC LIMIT 200
          """
        ) { row -> (Int64, String) in
          let id: Int64 = try row(0)
          return (id, reads == true ? try row(1, as: String?.self) ?? "\(id)" : "\(catalogue.word.capitalized) \(id)")
        }
      }
      parts.append(.init(catalogue: catalogue, rows: rows))
    }
    return .page(BinPage(parts: parts, visit: visit).html)
  }
}

/// The views one may open.
struct ViewListPage {
  let views: [SavedView]
  let desk: RecordDesk
  let visit: Visit

  var html: HTML {
    Shell.page(
      title: "Views", path: "/views", viewer: visit.viewer, lead: "Lists that were kept under a name.",
      body: ListTable(
        "\(visit.viewer.format.count(views.count, "view", "views"))", rows: views,
        columns: [
          .init("Name", onCard: .title) { "<a href=\"\(url: "/views/\($0.id)")\">\($0.name)</a>" },
          .init("Of", onCard: .fact) { view in "\((try? desk.catalogues.named(view.noun).plural) ?? view.noun)" },
          .init("For", onCard: .fact) { "\($0.isShared ? "everybody" : "you")" }, .init("Kept by") { "\($0.by)" },
        ], state: ListState(path: "/views"),
        empty: EmptyState(
          "No view yet", reason: "Narrow a list, then keep it under a name.", icon: "bookmarks",
          action: LinkButton("Customers", "/customers").html)
      ).html)
  }
}

/// What lies in the bin, by kind, each with the way back.
struct BinPage {
  struct Part: Sendable {
    let catalogue: Catalogue
    let rows: [(Int64, String)]
  }

  let parts: [Part]
  let visit: Visit

  var html: HTML {
    let filled = parts.filter { !$0.rows.isEmpty }
    return Shell.page(
      title: "Bin", path: "/bin", viewer: visit.viewer,
      lead: "What was put away. It counts in no list and no figure until it is taken out again.",
      body: filled.isEmpty
        ? EmptyState("The bin is empty", reason: "What you put away lies here until you take it out.", icon: "trash")
          .html
        : filled.html(section))
  }

  private func section(_ part: Part) -> HTML {
    """
    <section class="vc-card"><h2 class="vc-card-title">\(part.catalogue.plural.capitalized)</h2>\
    <ul class="vc-bin">\(part.rows.html { row in
      """
      <li><span>\(row.1)</span>\(PostButton(
        "Take out", action: "\(part.catalogue.path)/\(row.0)/bin", csrf: visit.viewer.csrf, method: .delete))</li>
      """
    })</ul></section>
    """
  }
}
