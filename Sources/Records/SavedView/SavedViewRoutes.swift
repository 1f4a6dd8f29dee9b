import Kernel
import Store
import Web

/// Lists kept under a name: making, changing, opening, taking away, bringing back.
package struct SavedViewRoutes: Sendable {
  package static let path = "/views"

  let desk: RecordDesk

  package init(_ desk: RecordDesk) { self.desk = desk }

  private var nouns: [String] { desk.catalogues.all.map(\.noun.rawValue) }

  private static let inputs: [Route.Input] = [
    .init("question", "The list as a query"), .init("layout", "table, or board: and the name of a field"),
    .init("shared", "1 for everybody", .flag),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .signedIn, "The views one may open.", answer: .of([String: [SavedView]].self),
        inputs: [.init("noun", "Of one kind of record", choices: nouns)], action: list),
      Route(
        .post, Self.path, .signedIn, "Keeps a list under a name.", answer: .of(SavedView.self),
        inputs: [
          .init("name", "The name", required: true),
          .init("noun", "The kind of record", required: true, choices: nouns),
        ] + Self.inputs, action: keep),
      Route(
        .get, "\(Self.path)/{id}", .signedIn, "One view; a browser is led to its list.", answer: .of(SavedView.self)
      ) { visit in
        let view = try await desk.views.find(visit.id(), for: visit.actor)
        return visit.face == .json
          ? Answer.json(view).tagged(view.version) : .redirect(to: try SavedViewRoutes.address(of: view, desk))
      },
      Route(
        .put, "\(Self.path)/{id}", .signedIn, "Gives a view another name, another list, or to others.",
        answer: .of(SavedView.self),
        inputs: [
          .init("name", "The name; it stays when left out"),
          .init("version", "The version, unless If-Match names it", .integer),
        ] + Self.inputs, action: edit),
      Route(.delete, "\(Self.path)/{id}", .signedIn, "Takes a view away.", answer: .of([String: Bool].self)) { visit in
        let view = try await desk.views.setRemoved(true, visit.id(), by: visit.actor)
        let undo = PostButton(
          "Undo", action: "\(Self.path)/\(view.id)/removal", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
        return .changed(
          visit, to: try desk.catalogues.named(view.noun).path, json: ["deleted": true],
          flash: Flash(.good, "“\(view.name)” is gone.", undo: undo))
      },
      Route(
        .delete, "\(Self.path)/{id}/removal", .signedIn, "Brings a view back.", answer: .of(SavedView.self)
      ) { visit in
        let view = try await desk.views.setRemoved(false, visit.id(), by: visit.actor)
        return .changed(visit, to: "\(Self.path)/\(view.id)", json: view, flash: Flash(.good, "It is back."))
      },
    ]
  }

  /// Where a view is seen.
  static func address(of view: SavedView, _ desk: RecordDesk) throws -> String {
    let path = try desk.catalogues.named(view.noun).path
    let query = view.question + (view.question.isEmpty ? "?" : "&")
    guard let field = view.boardField else { return "\(path)\(query)view=\(view.id)" }
    return "\(path)/board\(query)by=\(field)&view=\(view.id)"
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let asked = try visit.query["noun"].flatMap { $0.isEmpty ? nil : $0 }.map { try desk.catalogues.named($0) }
    var all: [SavedView] = []
    for catalogue in asked.map({ [$0] }) ?? desk.catalogues.all where visit.actor.may(.see, catalogue.noun) {
      all += try await desk.views.all(of: catalogue.noun, for: visit.actor)
    }
    return .both(visit, json: ["rows": all]) { SavedViewPage(views: all, desk: desk, visit: visit).html }
  }

  /// A question that somebody sent, as it is kept; what cannot be read now is not kept.
  private func question(_ text: String, layout: String, of noun: String, _ visit: Visit) async throws -> String {
    let query = try Decoding.fields(
      text.utf8.dropFirst(text.utf8.first == UInt8(ascii: "?") ? 1 : 0), field: "question")
    let question = try RecordQuestion(query: query)
    let whole = try await desk.lists.whole(try desk.catalogues.named(noun))
    _ = try RecordReading(question, of: whole, for: visit.actor, in: ListSetting(visit.viewer))
    if layout.hasPrefix("board:") {
      guard case .choice = try whole.field(String(layout.dropFirst(6)), for: visit.actor).kind else {
        throw Problem(.invalid, field: "layout", "That field has no choices.", mend: "Choose another.")
      }
    }
    return question.text
  }

  @Sendable private func keep(_ visit: Visit) async throws -> Answer {
    let noun = try visit.fields.required("noun")
    let layout = visit.fields["layout"].flatMap { $0.isEmpty ? nil : $0 } ?? "table"
    let draft = try SavedView.Draft(
      name: visit.fields["name"] ?? "",
      question: try await question(visit.fields["question"] ?? "", layout: layout, of: noun, visit), layout: layout,
      isShared: visit.fields["shared"] == "1")
    let view = try await desk.views.create(
      draft, of: try desk.catalogues.named(noun), by: visit.actor, once: try visit.once())
    return .changed(
      visit, to: "\(Self.path)/\(view.id)", status: 201, json: view, flash: Flash(.good, "Kept as “\(view.name)”."))
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let found = try await desk.views.find(visit.id(), for: visit.actor)
    let layout = visit.fields["layout"].flatMap { $0.isEmpty ? nil : $0 } ?? found.layout
    var kept = found.question
    if let text = visit.fields["question"] {
      kept = try await question(text, layout: layout, of: found.noun, visit)
    }
    // A box that is not ticked is not sent by a form.
    let isTicked = visit.fields["shared"].map { $0 == "1" }
    let isShared = visit.face == .html && visit.actor.reach(.create, .view) == .all ? isTicked ?? false : isTicked
    let (name, question) = (visit.fields["name"], kept)
    guard let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max) else {
      throw Problem(
        .invalid, field: "version", "The version is missing.", mend: "Send the version the view was read at.")
    }
    let view = try await desk.views.edit(found.id, version: version, by: visit.actor) { before in
      try SavedView.Draft(
        name: name ?? before.name, question: question, layout: layout, isShared: isShared ?? before.isShared)
    }
    return .changed(
      visit, to: "\(Self.path)/\(view.id)", json: view, flash: Flash(.good, "Kept as “\(view.name)”."))
  }
}

/// The views one may open.
struct SavedViewPage {
  let views: [SavedView]
  let desk: RecordDesk
  let visit: Visit

  var html: HTML {
    Shell.page(
      title: "Views", path: SavedViewRoutes.path, viewer: visit.viewer, lead: "Lists that were kept under a name.",
      body: ListTable(
        "\(visit.viewer.format.count(views.count, "view", "views"))", rows: views,
        columns: [
          .init("Name", onCard: .title) { "<a href=\"\(url: "/views/\($0.id)")\">\($0.name)</a>" },
          .init("Of", onCard: .fact) { view in "\((try? desk.catalogues.named(view.noun).plural) ?? view.noun)" },
          .init("As") { "\($0.boardField == nil ? "table" : "board")" },
          .init("For", onCard: .fact) { "\($0.isShared ? "everybody" : "you")" }, .init("Kept by") { "\($0.by)" },
        ], state: ListState(path: SavedViewRoutes.path),
        empty: EmptyState(
          "No view yet", reason: "Narrow a list, then keep it under a name.", icon: "bookmarks",
          action: LinkButton("Customers", "/customers").html)
      ).html)
  }
}

/// The views of a noun, and keeping what one sees as one: on the list and on the board.
struct SavedViewMenu {
  let catalogue: Catalogue
  let views: [SavedView]
  /// The one that is open.
  let view: SavedView?
  let question: RecordQuestion
  var layout = "table"
  let visit: Visit

  var html: HTML {
    let list: HTML =
      views.isEmpty
      ? "<p class=\"vc-hint\">No view is kept yet. Narrow the list, then keep it under a name.</p>"
      : "<ul class=\"vc-view-list\">\(views.html(line))</ul>"
    return """
      <details class="vc-tool" data-menu id="menu-views"><summary class="btn">\(Icon("bookmarks"))Views</summary>\
      <div class="vc-tool-panel">\(list)\(change)\(keep)</div></details>
      """
  }

  private func line(_ one: SavedView) -> HTML {
    """
    <li><a href="\(url: "/views/\(one.id)")"\(attribute: "aria-current", one.id == view?.id ? "true" : nil)>\
    \(one.name)</a> <span class="text-secondary">\(words: one.isShared ? "for everybody" : "yours")</span>\
    \(when: SavedViews.mayChange(one, .delete, visit.actor), PostButton("Remove", action: "/views/\(one.id)", csrf: visit.viewer.csrf, method: .delete, weight: .quiet).html)</li>
    """
  }

  private var mayShare: Bool { visit.actor.reach(.create, .view) == .all }

  /// The view that is open gets another name, or becomes what the list is now.
  private var change: HTML {
    guard let view, SavedViews.mayChange(view, .edit, visit.actor) else { return HTML() }
    let shared: HTML = """
      <label class="vc-check"><input class="form-check-input" type="checkbox" name="shared" value="1"\
      \(flag: "checked", view.isShared)><span class="vc-check-label">For everybody</span></label>
      """
    return """
      <form class="vc-form" method="post" action="/views/\(view.id)">\
      \(Form.hidden(csrf: visit.viewer.csrf, method: .put))\(Form.hidden("question", question.text))\
      \(Form.hidden("layout", layout))\(Form.hidden("version", "\(view.version)"))\
      <div class="vc-field"><label class="vc-label" for="view-name">Name of this view</label>\
      <input class="form-control" id="view-name" name="name" value="\(view.name)" required></div>\
      \(when: mayShare, shared)<div class="vc-form-end"><button class="btn" type="submit">Save it as it is now</button>\
      </div></form>
      """
  }

  private var keep: HTML {
    var fields = [Field("name", "Keep this list as", .text, isRequired: true)]
    if mayShare { fields.append(Field("shared", "For everybody", .checkbox)) }
    fields += [
      Field("noun", "", .hidden, value: catalogue.noun.rawValue), Field("layout", "", .hidden, value: layout),
      Field("question", "", .hidden, value: question.text),
    ]
    return Form(action: "/views", csrf: visit.viewer.csrf, submit: "Keep", fields: fields).html
  }
}
