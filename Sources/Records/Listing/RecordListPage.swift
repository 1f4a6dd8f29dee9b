import Kernel
import Web

/// What a list's page is made of.
struct RecordListSheet: Sendable {
  let catalogue: Catalogue
  let question: RecordQuestion
  let page: RecordPage
  /// nil until somebody asks how many there are.
  let totals: RecordTotals?
  let views: [SavedView]
  let view: SavedView?
  /// People and teams, for fields that name one.
  let people: [String: [RecordField.Choice]]
  let problem: Problem?
}

/// The list of a noun: what is shown in a sentence, narrowed by clicking, changed in place, kept under a name.
struct RecordListPage {
  let sheet: RecordListSheet
  let visit: Visit
  /// Buttons of the noun, such as the one that adds a record.
  let actions: HTML
  let empty: EmptyState

  private var catalogue: Catalogue { sheet.catalogue }
  private var question: RecordQuestion { sheet.question }
  private var cells: RecordCells { RecordCells(catalogue: catalogue, viewer: visit.viewer, actor: visit.actor) }
  private var readable: [RecordField] { catalogue.fields(for: visit.actor) }

  var html: HTML {
    let title = sheet.view?.name ?? catalogue.plural.capitalized
    return Shell.page(
      title: title, path: catalogue.path, viewer: visit.viewer,
      crumbs: sheet.view == nil ? [] : [Crumb(catalogue.plural.capitalized, catalogue.path)], actions: actions,
      body: "\(refusal)\(table)\(fieldBlock)")
  }

  private var refusal: HTML {
    guard let problem = sheet.problem else { return HTML() }
    return "\(Flash(.bad, [problem.message, problem.mend].compactMap { $0 }.joined(separator: " ")))"
  }

  private var words: FilterSentence {
    let names = sheet.people.mapValues { choices in
      Dictionary(choices.map { ($0.value, $0.word) }, uniquingKeysWith: { first, _ in first })
    }
    return FilterSentence(catalogue.fields(for: visit.actor), names: names, format: visit.viewer.format)
  }

  private var sentence: HTML {
    let format = visit.viewer.format
    let many = question.after != nil || sheet.page.next != nil
    let shown = sheet.page.rows.count
    let count: String
    if let totals = sheet.totals {
      count = format.count(totals.count, catalogue.word, catalogue.plural)
    } else if many {
      count = "\(format.count(shown)) of the \(catalogue.plural)".translated
    } else {
      count = format.count(shown, catalogue.word, catalogue.plural)
    }
    let filter = question.filter.map { " " + "whose \(lowered(words.words($0)))".translated } ?? ""
    let found = question.words.isEmpty ? "" : " " + "found by “\(question.words)”".translated
    let sort = question.sort ?? catalogue.sort
    let order = readable.first { $0.name == sort.field }.map {
      ", " + "sorted by \(lowered($0.label))\(sort.isDescending ? " from the end" : "")".translated
    }
    return "\(count)\(found)\(filter)\(order ?? "")\(countLink(many))"
  }

  private func countLink(_ many: Bool) -> HTML {
    let sums = sheet.page.columns.contains(where: \.isSummed)
    guard sheet.totals == nil, many || sums && !sheet.page.rows.isEmpty else { return HTML() }
    let address = Address.path(catalogue.path, question.parameters + [("total", "1")])
    if sums { return " <a class=\"vc-count\" href=\"\(url: address)\">Add them up</a>" }
    return " <a class=\"vc-count\" href=\"\(url: address)\" data-count>Count them</a>"
  }

  private func lowered(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return text }
    return String(first).lowercased() + String(text.unicodeScalars.dropFirst())
  }

  private var chips: [ListState.Chip] {
    var chips: [ListState.Chip] = []
    func path(_ change: (inout RecordQuestion) -> Void) -> String {
      var other = question
      (other.after, other.before) = (nil, nil)
      change(&other)
      return Address.path(catalogue.path, other.parameters)
    }
    if !question.words.isEmpty { chips.append(.init("found by “\(question.words)”", without: path { $0.words = "" })) }
    switch question.filter {
    case nil: break
    case .all(let parts)?:
      for (position, part) in parts.enumerated() {
        var rest = parts
        rest.remove(at: position)
        let left: Filter? = rest.isEmpty ? nil : rest.count == 1 ? rest[0] : .all(rest)
        chips.append(.init(words.words(part), without: path { $0.filter = left }))
      }
    case let filter?: chips.append(.init(words.words(filter), without: path { $0.filter = nil }))
    }
    return chips
  }

  private var state: ListState {
    let sort = question.sort ?? catalogue.sort
    return ListState(
      path: catalogue.path, parameters: question.parameters.filter { $0.0 != "sort" }, sort: sort.field,
      isDescending: sort.isDescending, next: sheet.page.next, previous: sheet.page.previous, chips: chips)
  }

  private var table: ListTable<RecordRow> {
    ListTable(
      sentence, rows: sheet.page.rows, columns: columns, state: state, empty: narrowedEmpty, filters: HTML(),
      actions: RecordToolbar(sheet: sheet, visit: visit).html, selection: selection, total: sums)
  }

  /// The last row: what the columns come to over all pages.
  private var sums: HTML {
    guard let sums = sheet.totals?.sums, !sums.isEmpty else { return HTML() }
    let columns = sheet.page.columns
    let isTitleFirst = columns.first?.name == catalogue.fields.first?.name
    let cells = columns.dropFirst(isTitleFirst ? 1 : 0).html { (field: RecordField) -> HTML in
      let sum = sums[field.name].map { self.cells.html($0, nil, field) }
      return """
        <td class="\(when: sum != nil, "vc-on-card-fact ")\(when: field.isNumeric, "vc-number")" \
        data-label="\(words: field.label)">\(sum)</td>
        """ as HTML
    }
    return """
      \(when: selection != nil, "<td></td>")<th scope="row" class="vc-on-card-title">All together</th>\(cells)
      """
  }

  private var narrowedEmpty: EmptyState {
    guard question.isNarrowed else { return empty }
    return EmptyState(
      "No \(catalogue.word) fits", reason: "Nothing you may see is \(chips.map(\.text).joined(separator: ", and ")).",
      icon: "search", action: LinkButton("Show all \(catalogue.plural)", catalogue.path).html)
  }

  /// The list a record is opened from, so that its page can lead to the next one.
  private var origin: String { "?" + Address.path("", question.parameters).dropFirst() }

  private var columns: [ListTable<RecordRow>.Column] {
    let cells = cells
    let fields = sheet.page.columns
    let titleFirst = fields.first?.name == catalogue.fields.first?.name
    var columns: [ListTable<RecordRow>.Column] = []
    let path = catalogue.path
    let origin = origin
    let link: @Sendable (RecordRow) -> HTML = { row in
      "<a href=\"\(url: Address.path("\(path)/\(row.id)", [("from", origin)]))\">\(row.title)</a>"
    }
    if !titleFirst { columns.append(.init(catalogue.word.capitalized, onCard: .title, cell: link)) }
    for (position, field) in fields.enumerated() {
      let isTitle = titleFirst && position == 0
      let isOpen = cells.isOpen(field)
      columns.append(
        ListTable<RecordRow>.Column(
          field.label, isNumber: field.isNumeric, sort: field.order == nil ? nil : field.name,
          startsDescending: field.isNumeric, onCard: isTitle ? .title : position < 4 ? .fact : .hidden,
          hint: field.formula
        ) { row in
          guard row.values.indices.contains(position) else { return HTML() }
          let shown = isTitle ? link(row) : cells.html(row.values[position], row.shown[position], field)
          guard isOpen else { return shown }
          let held = row.values[position].written(field.kind, cells.viewer.format.currency)
          return """
            <span class="vc-edit" data-cell="\(field.name)" data-record="\(row.id)" data-held="\(held)">\(shown)</span>
            """
        })
    }
    return columns
  }

  private var selection: ListTable<RecordRow>.Selection? {
    let bulk = BulkBar(sheet: sheet, visit: visit)
    guard bulk.isOffered else { return nil }
    return ListTable<RecordRow>.Selection(
      action: "\(catalogue.path)/bulk", csrf: visit.viewer.csrf, buttons: [], controls: bulk.html, id: { "\($0.id)" },
      label: { "Tick \($0.title)" })
  }

  private var fieldBlock: HTML {
    let sheets = readable.map { field in
      FieldSheet(field, choices: sheet.people[field.name] ?? field.choices, isOpen: cells.isOpen(field))
    }
    return """
      <script type="application/json" id="vc-fields" data-path="\(catalogue.path)" data-csrf="\(visit.viewer.csrf)">\
      \(written: FieldSheet.json(sheets))</script>
      """
  }
}
