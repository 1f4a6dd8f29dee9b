import Kernel
import Web

/// A board: a column for each choice of a field, a card for each record, moved from one to another.
struct RecordBoardPage {
  let catalogue: Catalogue
  let field: RecordField
  let question: RecordQuestion
  let columns: [RecordBoard.Column]
  let views: [SavedView]
  let words: FilterSentence
  let visit: Visit

  var html: HTML {
    let list = Address.path(catalogue.path, question.parameters)
    return Shell.page(
      title: view?.name ?? "\(catalogue.plural.capitalized) by \(field.label.lowercased())", path: catalogue.path,
      viewer: visit.viewer, crumbs: [Crumb(catalogue.plural.capitalized, catalogue.path)],
      lead: question.filter.map { "Those whose \(words.words($0))." } ?? "Every one you may see.",
      actions: "\(menu)\(LinkButton("As a list", list, icon: "list"))",
      body: """
        <div class="vc-kanban" tabindex="0" role="region" aria-label="Board" data-board \
        data-field="\(field.name)" data-path="\(catalogue.path)" data-csrf="\(visit.viewer.csrf)">\(columns.html(column))</div>
        """)
  }

  private var view: SavedView? { views.first { "\($0.id)" == visit.query["view"] } }

  private var menu: HTML {
    var question = question
    if question.size == RecordBoard.usualSize { question.size = 50 }
    return SavedViewMenu(
      catalogue: catalogue, views: views, view: view, question: question, layout: "board:\(field.name)", visit: visit
    ).html
  }

  private var mayMove: Bool {
    RecordCells(catalogue: catalogue, viewer: visit.viewer, actor: visit.actor).isOpen(field)
  }

  private func column(_ column: RecordBoard.Column) -> HTML {
    let count = visit.viewer.format.count(column.count)
    return """
      <section class="vc-board-column"\(attribute: "data-choice", column.value) aria-label="\(words: column.word)">\
      <h2>\(words: column.word) <span class="vc-board-count" data-board-count="\(column.count)">\(count)</span></h2>\
      <ul>\(column.page.rows.html { card($0, in: column) })</ul>\
      \(when: column.page.rows.isEmpty, "<p class=\"vc-hint\">None.</p>")\
      \(when: column.page.next != nil, more(column))</section>
      """
  }

  /// The way to the cards that are not shown.
  private func more(_ column: RecordBoard.Column) -> HTML {
    let (shown, size) = (column.page.rows.count, question.size)
    let list = Address.path(catalogue.path, [("filter", column.condition.and(question.filter).text)])
    let next = min(200, size + RecordBoard.usualSize)
    let longer = Address.path(
      "\(catalogue.path)/board", [("by", field.name)] + question.selection + [("size", "\(next)")])
    return """
      <p class="vc-hint">\(visit.viewer.format.count(shown)) of them are here. \
      \(when: next > size, "<a href=\"\(url: longer)\">Show more</a> · ")<a href=\"\(url: list)\">All as a list</a></p>
      """
  }

  private func card(_ row: RecordRow, in column: RecordBoard.Column) -> HTML {
    let cells = RecordCells(catalogue: catalogue, viewer: visit.viewer, actor: visit.actor)
    let facts =
      (columns.first { !$0.page.columns.isEmpty })?.page.columns.enumerated().filter {
        $0.element.name != field.name && $0.offset > 0
      } ?? []
    return """
      <li class="vc-board-card" data-record="\(row.id)"\(attribute: "draggable", mayMove ? "true" : nil) tabindex="0">\
      <a href="\(url: "\(catalogue.path)/\(row.id)")">\(row.title)</a>\
      <dl>\(facts.prefix(3).html { fact in
        row.values.indices.contains(fact.offset) && !row.values[fact.offset].isMissing
          ? "<div><dt>\(words: fact.element.label)</dt><dd>\(cells.html(row.values[fact.offset], row.shown[fact.offset], fact.element))</dd></div>"
          : HTML()
      })</dl>\(when: mayMove, move(row, from: column))</li>
      """
  }

  private var size: [(String, String)] {
    question.size == RecordBoard.usualSize ? [] : [("size", "\(question.size)")]
  }

  /// Without scripts, and for those who do not drag: a choice and a button.
  private func move(_ row: RecordRow, from column: RecordBoard.Column) -> HTML {
    """
    <form method="post" action="\(url: "\(catalogue.path)/\(row.id)")" class="vc-board-move">\
    \(Form.hidden(csrf: visit.viewer.csrf, method: .patch))\(Form.hidden("return", Address.path("\(catalogue.path)/board", [("by", field.name)] + question.selection + size)))\
    <label class="visually-hidden" for="move-\(row.id)">Move \(row.title) to</label>\
    <select class="form-select form-select-sm" id="move-\(row.id)" name="\(field.name)">\
    \(columns.filter { $0.value != nil || $0.word == column.word }.html { "<option value=\"\($0.value ?? "")\"\(flag: "selected", $0.word == column.word)\(flag: "disabled", $0.value == nil)>\(words: $0.word)</option>" })</select>\
    <button class="btn btn-sm" type="submit">Move</button></form>
    """
  }
}
