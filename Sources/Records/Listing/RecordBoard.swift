import Kernel
import Web

/// A board: a column for each choice of a field, a card for each record, moved from one to another.
struct RecordBoardPage {
  struct Column: Sendable {
    let choice: RecordField.Choice
    let page: RecordPage
  }

  let catalogue: Catalogue
  let field: RecordField
  let question: RecordQuestion
  let columns: [Column]
  let words: FilterSentence
  let visit: Visit

  var html: HTML {
    let list = Address.path(catalogue.path, question.parameters)
    return Shell.page(
      title: "\(catalogue.plural.capitalized) by \(field.label.lowercased())", path: catalogue.path,
      viewer: visit.viewer, crumbs: [Crumb(catalogue.plural.capitalized, catalogue.path)],
      lead: question.filter.map { "Those whose \(words.words($0))." } ?? "Every one you may see.",
      actions: LinkButton("As a list", list, icon: "list").html,
      body: """
        <div class="vc-kanban" tabindex="0" role="region" aria-label="Board" data-board \
        data-field="\(field.name)" data-path="\(catalogue.path)" data-csrf="\(visit.viewer.csrf)">\(columns.html(column))</div>
        """)
  }

  private var mayMove: Bool {
    RecordCells(catalogue: catalogue, viewer: visit.viewer, actor: visit.actor).isOpen(field)
  }

  private func column(_ column: Column) -> HTML {
    let rest = Address.path(
      catalogue.path,
      [("filter", Filter.condition(.init(field.name, .is, [column.choice.value])).and(question.filter).text)])
    return """
      <section class="vc-board-column" data-choice="\(column.choice.value)" aria-label="\(words: column.choice.word)">\
      <h2>\(words: column.choice.word) <span class="vc-board-count" data-board-count>\(column.page.rows.count)\
      \(when: column.page.next != nil, " and more")</span></h2>\
      <ul>\(column.page.rows.html { card($0, in: column.choice) })</ul>\
      \(when: column.page.rows.isEmpty, "<p class=\"vc-hint\">None.</p>")\
      \(when: column.page.next != nil, "<p><a href=\"\(url: rest)\">Show all as a list</a></p>")</section>
      """
  }

  private func card(_ row: RecordRow, in choice: RecordField.Choice) -> HTML {
    let cells = RecordCells(catalogue: catalogue, viewer: visit.viewer, actor: visit.actor)
    let facts = columns.first?.page.columns.enumerated().filter { $0.element.name != field.name && $0.offset > 0 } ?? []
    return """
      <li class="vc-board-card" data-record="\(row.id)"\(attribute: "draggable", mayMove ? "true" : nil) tabindex="0">\
      <a href="\(url: "\(catalogue.path)/\(row.id)")">\(row.title)</a>\
      <dl>\(facts.prefix(3).html { fact in
        row.values.indices.contains(fact.offset) && !row.values[fact.offset].isMissing
          ? "<div><dt>\(words: fact.element.label)</dt><dd>\(cells.html(row.values[fact.offset], row.shown[fact.offset], fact.element))</dd></div>"
          : HTML()
      })</dl>\(when: mayMove, move(row, from: choice))</li>
      """
  }

  /// Without scripts, and for those who do not drag: a choice and a button.
  private func move(_ row: RecordRow, from choice: RecordField.Choice) -> HTML {
    """
    <form method="post" action="\(url: "\(catalogue.path)/\(row.id)")" class="vc-board-move">\
    \(Form.hidden(csrf: visit.viewer.csrf, method: .patch))\(Form.hidden("return", Address.path("\(catalogue.path)/board", [("by", field.name)] + question.selection)))\
    <label class="visually-hidden" for="move-\(row.id)">Move \(row.title) to</label>\
    <select class="form-select form-select-sm" id="move-\(row.id)" name="\(field.name)">\
    \(field.choices.html { "<option value=\"\($0.value)\"\(flag: "selected", $0 == choice)>\(words: $0.word)</option>" })</select>\
    <button class="btn btn-sm" type="submit">Move</button></form>
    """
  }
}
