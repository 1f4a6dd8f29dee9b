import Kernel
import Web

/// What stands over a list: finding, narrowing, columns, views, the board.
struct RecordToolbar {
  let sheet: RecordListSheet
  let visit: Visit

  private var catalogue: Catalogue { sheet.catalogue }
  private var question: RecordQuestion { sheet.question }
  private var readable: [RecordField] { catalogue.fields(for: visit.actor) }

  var html: HTML { "<div class=\"vc-tools\">\(find)\(views)\(filter)\(columns)\(board)\(export)</div>" }

  /// The list as it is shown, as a file.
  private var export: HTML {
    guard visit.actor.may(.export, catalogue.noun), visit.actor.may(.create, .exportRun) else { return HTML() }
    let parameters =
      [("noun", catalogue.noun.rawValue)] + question.parameters.filter { !$0.1.isEmpty && $0.0 != "size" }
    return LinkButton("Export", Address.path("/exports/new", parameters), icon: "download").html
  }

  /// The rest of the question, for a form that changes one part of it.
  private func kept(without names: Set<String>) -> HTML {
    question.parameters.filter { !names.contains($0.0) && !$0.1.isEmpty }.html { Form.hidden($0.0, $0.1) }
  }

  private var find: HTML {
    """
    <form class="vc-find" method="get" action="\(url: catalogue.path)" role="search">\(kept(without: ["q"]))\
    <label class="visually-hidden" for="q">Find \(words: catalogue.plural)</label>\
    <input class="form-control" type="search" id="q" name="q" value="\(question.words)" placeholder="Find" \
    autocomplete="off"><button class="btn" type="submit">Find</button></form>
    """
  }

  private func menu(_ title: String, _ icon: String, id: String, mark: Int = 0, _ content: HTML) -> HTML {
    """
    <details class="vc-tool" data-menu id="\(id)"><summary class="btn">\(Icon(icon))\(words: title)\
    \(when: mark > 0, " <span class=\"vc-count-mark\">\(mark)</span>")</summary>\
    <div class="vc-tool-panel">\(content)</div></details>
    """
  }

  private var views: HTML {
    SavedViewMenu(catalogue: catalogue, views: sheet.views, view: sheet.view, question: question, visit: visit).html
  }

  // Narrowing.

  private var filter: HTML {
    let editor = FilterEditor(readable, people: sheet.people, filter: question.filter)
    return menu(
      "Narrow", "filter", id: "menu-filter", mark: question.filter?.conditions.count ?? 0,
      """
      \(editor.builder)\
      <form method="get" action="\(url: catalogue.path)" class="vc-filter-form" data-filter-form>\
      \(kept(without: ["filter"]))\(editor.area)\
      <div class="vc-form-end"><button class="btn btn-primary" type="submit">Show them</button></div></form>\(editor.legend)
      """)
  }

  // Columns.

  private var columns: HTML {
    let shown = sheet.page.columns.map(\.name)
    let ordered =
      sheet.page.columns + readable.filter { field in !shown.contains(field.name) && field.name != "version" }
    return menu(
      "Columns", "columns", id: "menu-columns",
      """
      <form method="get" action="\(url: catalogue.path)" data-columns>\(kept(without: ["columns", "sort"]))\
      <p class="vc-hint">Ticked ones are shown, in this order.<span class="vc-needs-scripts"> \
      Move one with the arrows up and down; the others make it narrower and wider.</span></p>\
      <ul class="vc-column-list">\(ordered.html { column($0, isShown: shown.contains($0.name)) })</ul>\
      <div class="vc-form-end"><button class="btn btn-primary" type="submit">Show these</button>\
      <a class="btn btn-ghost-secondary" href="\(url: usual)">The usual ones</a></div></form>
      """)
  }

  private var usual: String { Address.path(catalogue.path, question.parameters.filter { $0.0 != "columns" }) }

  private func column(_ field: RecordField, isShown: Bool) -> HTML {
    """
    <li data-column><label class="form-check"><input class="form-check-input" type="checkbox" name="columns" \
    value="\(field.name)"\(flag: "checked", isShown)><span>\(words: field.label)</span></label>\
    <span class="vc-needs-scripts">\
    \(when: isShown, """
      <button type="button" class="btn btn-sm btn-ghost-secondary" data-size="-1" \
      aria-label="Make \(words: field.label) narrower">\(Icon("arrow-narrow-left"))</button>\
      <button type="button" class="btn btn-sm btn-ghost-secondary" data-size="1" \
      aria-label="Make \(words: field.label) wider">\(Icon("arrow-narrow-right"))</button>
      """)\
    <button type="button" class="btn btn-sm btn-ghost-secondary" data-up \
    aria-label="Move \(words: field.label) up">\(Icon("arrow-up"))</button>\
    <button type="button" class="btn btn-sm btn-ghost-secondary" data-down aria-label="Move \(words: field.label) down">\
    \(Icon("arrow-down"))</button></span></li>
    """
  }

  private var board: HTML {
    let fields = readable.filter { field in
      if case .choice = field.kind { return true }
      return false
    }
    guard let first = fields.first else { return HTML() }
    if fields.count == 1 {
      return LinkButton("Board", address(of: first), icon: "layout-kanban").html
    }
    return menu(
      "Board", "layout-kanban", id: "menu-board",
      "<ul class=\"vc-view-list\">\(fields.html { "<li><a href=\"\(url: address(of: $0))\">By \(words: $0.label)</a></li>" })</ul>"
    )
  }

  private func address(of field: RecordField) -> String {
    Address.path("\(catalogue.path)/board", [("by", field.name)] + question.selection)
  }
}

/// What can be done with ticked records.
struct BulkBar {
  let sheet: RecordListSheet
  let visit: Visit

  private var catalogue: Catalogue { sheet.catalogue }

  private var open: [RecordField] {
    let cells = RecordCells(catalogue: catalogue, viewer: visit.viewer, actor: visit.actor)
    return catalogue.fields(for: visit.actor).filter { field in
      guard cells.isOpen(field), field.name != catalogue.fields.first?.name else { return false }
      return field.kind != .lines
    }
  }

  private var mayBin: Bool { catalogue.bin != nil && visit.actor.may(.delete, catalogue.noun) }

  private var mayMerge: Bool { catalogue.canMerge && mayBin && visit.actor.may(.edit, catalogue.noun) }

  private var mayExport: Bool { visit.actor.may(.export, catalogue.noun) && visit.actor.may(.create, .exportRun) }

  var isOffered: Bool { !open.isEmpty || mayBin }

  var html: HTML {
    """
    \(when: !sheet.page.rows.isEmpty && (sheet.page.next != nil || sheet.page.previous != nil), allThatMatch)\
    \(Form.hidden("question", sheet.question.text))\
    \(when: !open.isEmpty, edit)\
    \(when: mayExport, act("export", "Export"))\(when: mayMerge, act("merge", "Merge"))\
    \(when: mayBin, "<button type=\"submit\" class=\"btn btn-outline-danger\" name=\"act\" value=\"bin\">Put into the bin</button>")
    """
  }

  private func act(_ name: String, _ label: String) -> HTML {
    "<button type=\"submit\" class=\"btn\" name=\"act\" value=\"\(name)\">\(words: label)</button>"
  }

  private var allThatMatch: HTML {
    """
    <label class="form-check vc-all"><input class="form-check-input" type="checkbox" name="all" value="1" \
    data-all="\(url: Address.path("/api/v1\(catalogue.path)/count", sheet.question.selection))">\
    <span>\(everyOne)</span></label>
    """
  }

  private var everyOne: HTML {
    guard let count = sheet.totals?.count else { return "All that match, on every page" }
    return "All \(visit.viewer.format.count(count)) that match"
  }

  /// Stands for a field in the choice of what is set: the tags there are stay, and one comes to them.
  static let oneMoreTag = "+tag"

  private var edit: HTML {
    let hasTags = open.contains { $0.name == "tags" }
    return """
      <span class="vc-bulk-edit" data-bulk-edit><label class="visually-hidden" for="bulk-field">Field</label>\
      <select class="form-select" id="bulk-field" name="field">\
      <option value="">Set a field…</option>\
      \(when: hasTags, "<option value=\"\(Self.oneMoreTag)\">Add a tag</option>")\(open.html { "<option value=\"\($0.name)\">\(words: $0.label)</option>" })</select>\
      <label class="visually-hidden" for="bulk-value">Its new value</label>\
      <input class="form-control" id="bulk-value" name="value" placeholder="New value" autocomplete="off">\
      <button type="submit" class="btn btn-primary" name="act" value="edit">Set</button></span>
      """
  }
}
