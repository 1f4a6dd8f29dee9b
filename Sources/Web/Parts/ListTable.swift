import Kernel

/// Where a list stands: how it is sorted and filtered, and where its pages begin.
package struct ListState: Sendable {
  /// A filter in force, in words that fit the sentence, and the address of the list without it.
  package struct Chip: Sendable {
    let words: String
    let without: String
    package var text: String { words }

    package init(_ words: String, without: String) {
      self.words = words
      self.without = without
    }
  }

  package let path: String
  /// Parameters that every link of the list keeps: the filters.
  package let parameters: [(String, String)]
  package let sort: String?
  package let isDescending: Bool
  /// Cursors of the pages after and before this one.
  package let next: String?
  package let previous: String?
  package let chips: [Chip]

  package init(
    path: String, parameters: [(String, String)] = [], sort: String? = nil, isDescending: Bool = false,
    next: String? = nil, previous: String? = nil, chips: [Chip] = []
  ) {
    self.path = path
    self.parameters = parameters
    self.sort = sort
    self.isDescending = isDescending
    self.next = next
    self.previous = previous
    self.chips = chips
  }

  private var order: [(String, String)] { sort.map { [("sort", isDescending ? "-\($0)" : $0)] } ?? [] }

  func sorted(by key: String, descending: Bool) -> String {
    Address.path(path, parameters + [("sort", descending ? "-\(key)" : key)])
  }

  func page(after cursor: String) -> String { Address.path(path, parameters + order + [("after", cursor)]) }
  func page(before cursor: String) -> String { Address.path(path, parameters + order + [("before", cursor)]) }
}

/// A list: a sentence that says what is shown, rows made for reading, cards on a phone, keys for those who have one.
package struct ListTable<Row: Sendable>: Part {
  /// What becomes of a column on a phone.
  package enum OnCard: String, Sendable { case title, fact, hidden }

  /// One column. Text stands left, numbers right with digits of one width.
  package struct Column: Sendable {
    let title: String
    let isNumber: Bool
    let sort: String?
    let startsDescending: Bool
    let onCard: OnCard
    let hint: String?
    let cell: @Sendable (Row) -> HTML

    /// - Parameters:
    ///   - sort: the name the list is sorted by through this column; nil when it cannot be.
    ///   - startsDescending: whether the first press sorts from the largest.
    package init(
      _ title: String, isNumber: Bool = false, sort: String? = nil, startsDescending: Bool = false,
      onCard: OnCard = .hidden, hint: String? = nil, cell: @escaping @Sendable (Row) -> HTML
    ) {
      self.title = title
      self.isNumber = isNumber
      self.sort = sort
      self.startsDescending = startsDescending
      self.onCard = onCard
      self.hint = hint
      self.cell = cell
    }
  }

  /// What can be done with rows that are ticked: buttons of one form.
  package struct Selection: Sendable {
    let action: String
    let csrf: String
    let name: String
    let buttons: [(label: String, value: String)]
    let controls: HTML
    let id: @Sendable (Row) -> String
    let label: @Sendable (Row) -> String

    /// - Parameters:
    ///   - name: the field that carries the ids of the ticked rows; the pressed button sends `act`.
    ///   - controls: further fields and buttons of the form.
    ///   - label: what a screen reader says for the box of a row.
    package init(
      action: String, csrf: String, name: String = "ids", buttons: [(label: String, value: String)],
      controls: HTML = HTML(), id: @escaping @Sendable (Row) -> String, label: @escaping @Sendable (Row) -> String
    ) {
      self.action = action
      self.csrf = csrf
      self.name = name
      self.buttons = buttons
      self.controls = controls
      self.id = id
      self.label = label
    }
  }

  let sentence: HTML
  let rows: [Row]
  let columns: [Column]
  let state: ListState
  let empty: EmptyState
  let filters: HTML
  let actions: HTML
  let selection: Selection?
  let total: HTML

  /// - Parameters:
  ///   - sentence: what is shown, how many of how many, in which order.
  ///   - empty: shown instead of the table when there are no rows.
  ///   - filters: a form that narrows the list; folded until asked for.
  ///   - actions: buttons beside the sentence, such as an export.
  ///   - total: a last row of sums, one cell for each column, or nothing.
  package init(
    _ sentence: HTML, rows: [Row], columns: [Column], state: ListState, empty: EmptyState, filters: HTML = HTML(),
    actions: HTML = HTML(), selection: Selection? = nil, total: HTML = HTML()
  ) {
    self.sentence = sentence
    self.rows = rows
    self.columns = columns
    self.state = state
    self.empty = empty
    self.filters = filters
    self.actions = actions
    self.selection = selection
    self.total = total
  }

  package var html: HTML {
    """
    <section class="vc-card vc-list" data-list>\(top)\
    \(rows.isEmpty ? empty.html : selectable(table))\(pages)</section>
    """
  }

  private var top: HTML {
    """
    <div class="vc-list-top"><div class="vc-list-words"><p class="vc-sentence">\(sentence)</p>\(chips)</div>\
    \(when: !actions.isEmpty, "<div class=\"vc-actions\">\(actions)</div>")</div>\
    \(when: !filters.isEmpty, "<details class=\"vc-filters\"><summary>\(Icon("filter"))Narrow the list</summary>\(filters)</details>")
    """
  }

  private var chips: HTML {
    guard !state.chips.isEmpty else { return HTML() }
    return """
      <ul class="vc-chips" aria-label="Filters in force">\(state.chips.html { chip in
        """
        <li><a class="vc-chip" href="\(url: chip.without)"><span>\(words: chip.words)</span>\(Icon("x"))\
        <span class="visually-hidden">, remove this filter</span></a></li>
        """
      })</ul>
      """
  }

  private var table: HTML {
    """
    <div class="vc-table-frame" tabindex="0" role="region" aria-label="The list"><table class="vc-table"><thead><tr>\
    \(when: selection != nil, tickAll)\
    \(columns.html(heading))</tr></thead><tbody>\(rows.html(line))</tbody>\
    \(when: !total.isEmpty, "<tfoot><tr>\(total)</tr></tfoot>")</table></div>
    """
  }

  /// Ticks every row of the page; with scripts only.
  private var tickAll: HTML {
    """
    <th class="vc-tick"><span class="visually-hidden">Tick</span><input class="form-check-input vc-needs-scripts" \
    type="checkbox" data-tick-all aria-label="Tick every row of this page"></th>
    """
  }

  private func heading(_ column: Column) -> HTML {
    let isSorted = column.sort != nil && column.sort == state.sort
    let direction = isSorted ? (state.isDescending ? "descending" : "ascending") : nil
    return """
      <th scope="col" class="\(when: column.isNumber, "vc-number")"\(attribute: "aria-sort", direction)\
      \(attribute: "title", column.hint)>\(column.sort.map { link(column, $0, isSorted) } ?? HTML(words: column.title))</th>
      """
  }

  private func link(_ column: Column, _ key: String, _ isSorted: Bool) -> HTML {
    let descending = isSorted ? !state.isDescending : column.startsDescending
    let icon = isSorted ? (state.isDescending ? "arrow-down" : "arrow-up") : "arrows-sort"
    return """
      <a class="vc-sort" href="\(url: state.sorted(by: key, descending: descending))">\(words: column.title)\(Icon(icon))</a>
      """
  }

  private func line(_ row: Row) -> HTML {
    "<tr>\(selection.map { tick($0, row) })\(columns.enumerated().html { cell($0.offset, $0.element, row) })</tr>"
  }

  private func tick(_ selection: Selection, _ row: Row) -> HTML {
    """
    <td class="vc-tick"><input class="form-check-input" type="checkbox" name="\(selection.name)" \
    value="\(selection.id(row))" aria-label="\(selection.label(row))"></td>
    """
  }

  private func cell(_ index: Int, _ column: Column, _ row: Row) -> HTML {
    let place = index == 0 ? OnCard.title : column.onCard
    let attributes: HTML =
      " class=\"vc-on-card-\(place.rawValue)\(when: column.isNumber, " vc-number")\" data-label=\"\(words: column.title)\""
    return index == 0
      ? "<th scope=\"row\"\(attributes)>\(column.cell(row))</th>" : "<td\(attributes)>\(column.cell(row))</td>"
  }

  private func selectable(_ table: HTML) -> HTML {
    guard let selection else { return table }
    return """
      <form method="post" action="\(url: selection.action)" data-selection>\(Form.hidden(csrf: selection.csrf))\(table)\
      <div class="vc-selection" data-selection-bar><span data-selection-count aria-live="polite">With the ticked rows</span>\
      \(selection.buttons.html { button in
        "<button type=\"submit\" class=\"btn btn-primary\" name=\"act\" value=\"\(button.value)\">\(words: button.label)</button>"
      })\(selection.controls)</div></form>
      """
  }

  private var pages: HTML {
    guard state.next != nil || state.previous != nil else { return HTML() }
    return """
      <nav class="vc-pages" aria-label="Pages of the list">\
      \(state.previous.map { "<a class=\"btn\" rel=\"prev\" href=\"\(url: state.page(before: $0))\">\(Icon("chevron-left"))Previous</a>" as HTML })\
      \(state.next.map { "<a class=\"btn\" rel=\"next\" href=\"\(url: state.page(after: $0))\">Next\(Icon("chevron-right"))</a>" as HTML })</nav>
      """
  }
}
