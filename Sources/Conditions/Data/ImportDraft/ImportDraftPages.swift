import Customers
import Kernel
import Store
import Tabular
import Web

/// A file before it comes in, on one page: what it is, what its columns mean, its first rows, what needs mending.
struct ImportDraftPage {
  let draft: ImportDraft
  let look: ImportLook
  let visit: Visit
  var problem: Problem?

  private var order: ImportOrder { draft.order }
  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: draft.fileName, path: "/imports", viewer: visit.viewer, crumbs: [Crumb("Imports", "/imports")],
      lead: lead,
      actions: PostButton(
        "Take the file away", action: "/imports/drafts/\(draft.id)", csrf: visit.viewer.csrf, method: .delete,
        weight: .quiet, icon: "trash"
      ).html,
      body: """
        <form class="vc-look" method="post" action="/imports/drafts/\(draft.id)" data-look novalidate>\
        \(Form.hidden(csrf: visit.viewer.csrf, method: .patch))\(refusal)\(settings)\(columns)\(policy)\(rules)\(rows)\(end)</form>
        """)
  }

  private var lead: HTML {
    guard look.problem == nil else {
      return "<span id=\"look-lead\" data-look-part>Nothing has come in yet. Say how the file is to be read.</span>"
    }
    return """
      <span id="look-lead" data-look-part>\(words: look.isWhole ? "" : "Of the first ")\
      \(format.count(look.read, "row", "rows"))\(look.isWhole ? ":" : "") \(format.count(look.good)) can be taken, \
      \(format.count(look.rejected)) cannot. Nothing has come in yet.</span>
      """
  }

  private var refusal: HTML {
    guard let problem = problem ?? look.problem else { return "<div id=\"look-problem\" data-look-part></div>" }
    return """
      <div id="look-problem" data-look-part><div class="alert alert-danger" role="alert">\
      \(when: problem.field != nil && !(problem.field?.contains("[") ?? false), "<strong>\(problem.field ?? "")</strong>: ")\
      \(words: problem.message) \(plain(problem.mend))</div></div>
      """
  }

  /// The advice without the options of the command line.
  private func plain(_ mend: String?) -> String {
    guard let mend, mend.contains("--") || mend.contains("=HEADER") else { return mend ?? "" }
    return "Choose it below."
  }

  // How the file is read.

  private var settings: HTML {
    let dates = look.formats?.dates.values.first.map { "found: like \($0.example)" } ?? "find out"
    let marks = look.formats.map { Set($0.numbers.values.map(\.mark)) } ?? []
    let mark = marks.count == 1 ? marks.first.map { "found: \($0.rawValue)" } ?? "find out" : "find out"
    return """
      <section class="vc-card"><h2 class="vc-card-title">What the file is</h2><div class="vc-look-fields">\
      \(select(
        "subject", "The rows are", order.subject.rawValue,
        ImportOrder.Subject.allCases.map { ($0.rawValue, $0.word) }))\
      \(input("source", "Feed", order.feed, hint: "Where it comes from. Files of one feed are compared with each other."))\
      \(select(
        "separator", "Cells are kept apart by", order.separator ?? "",
        [("", "found: \(separatorWord)"), ("comma", "commas"), ("semicolon", "semicolons"), ("tab", "tabs"), ("pipe", "bars |")]))\
      \(select(
        "header", "The first line", order.hasHeader.map { $0 ? "yes" : "no" } ?? "",
        [("", look.dialect.hasHeader ? "found: names the columns" : "found: is a row"), ("yes", "names the columns"), ("no", "is a row")]))\
      \(select(
        "dateOrder", "Dates are written", order.dateOrder ?? "",
        [("", dates), ("ymd", "2026-12-31"), ("dmy", "31/12/2026"), ("mdy", "12/31/2026")]))\
      \(select(
        "decimal", "Decimal mark", order.decimal ?? "", [("", mark), (".", "point: 1,234.50"), (",", "comma: 1.234,50")]))\
      \(more)</div></section>
      """
  }

  private var more: HTML {
    switch order.subject {
    case .products: HTML()
    case .drivers:
      select(
        "driver", "Each row is", order.driver?.rawValue ?? "",
        [("", "said by its columns")] + CostDriver.Kind.allCases.map { ($0.rawValue, $0.rawValue) })
    default:
      select(
        "kind", "New customers are", order.kind.rawValue,
        Customer.Kind.allCases.map { ($0.rawValue, "\($0.word.lowercased())s") })
    }
  }

  private var separatorWord: String {
    switch look.dialect.separator {
    case .comma: "commas"
    case .semicolon: "semicolons"
    case .tab: "tabs"
    case .bar: "bars |"
    case .blanks: "blanks"
    }
  }

  // What the columns mean.

  private var columns: HTML {
    """
    <section class="vc-card"><h2 class="vc-card-title">What the columns mean</h2>\
    <p class="vc-hint">Guessed from the headers, or remembered from the last file that had them.</p>\
    <ol class="vc-map">\(Array(look.columns.enumerated()).html { place, column in
      """
      <li><div class="vc-map-name"><strong>\(column.header)</strong><span class="vc-map-samples">\
      \(column.samples.isEmpty ? HTML(words: "empty in the first rows") : HTML(text: column.samples.joined(separator: " · ")))</span></div>\
      <label class="vc-map-role"><span class="visually-hidden">\(column.header) is</span>\
      <select class="form-select" name="column[\(place)]" id="column-\(place)">\(options(column))</select></label>\
      \(traitName(place, column))</li>
      """
    })</ol></section>
    """
  }

  private func options(_ column: ImportLook.Column) -> HTML {
    let chosen = column.own ?? column.role ?? (column.trait == nil ? "" : "trait")
    let roles = order.subject.roles.map { ($0.rawValue, $0.title) }
    let all =
      [("", "leave it out")] + (order.subject == .customers ? [("trait", "keep as a trait named …")] : []) + roles
    func option(_ value: String, _ word: HTML) -> HTML {
      "<option value=\"\(value)\"\(flag: "selected", value == chosen)>\(word)</option>"
    }
    let own: HTML = """
      <optgroup label="\(words: "Own fields")">\(look.fields.html { option($0.name, "\($0.label)") })</optgroup>
      """
    return "\(all.html { option($0.0, HTML(words: $0.1)) })\(when: !look.fields.isEmpty, own)"
  }

  private func traitName(_ place: Int, _ column: ImportLook.Column) -> HTML {
    guard order.subject == .customers else { return HTML() }
    return """
      <label class="vc-map-trait"><span class="visually-hidden">Name of the trait</span><input class="form-control" \
      name="trait[\(place)]" id="trait-\(place)" value="\(column.trait ?? column.header)"></label>
      """
  }

  // Customers and contacts who are there already.

  private var policy: HTML {
    guard [.customers, .contacts].contains(order.subject) else { return HTML() }
    let chosen = order.policy ?? .update
    let isOfContacts = order.subject == .contacts
    let title = isOfContacts ? "Contacts who are there already" : "Customers who are there already"
    return """
      <section class="vc-card" role="radiogroup" aria-labelledby="look-policy">\
      <h2 class="vc-card-title" id="look-policy">\(words: title)</h2>\
      <p class="vc-hint">Known by the number or key this feed has for them, else by their e-mail address.</p>\
      \(ArrivalPolicy.allCases.html { policy in
        """
        <label class="vc-check"><input class="form-check-input" type="radio" name="policy" value="\(policy.rawValue)"\
        \(flag: "checked", policy == chosen)><span class="vc-check-label">\(words: policy.words)</span></label>
        """
      })</section>
      """
  }

  // What the company's rules do about it.

  private var rules: HTML {
    guard [.customers, .contacts, .interactions].contains(order.subject) else { return HTML() }
    let choices = [("no", "leave them alone"), ("yes", "act on them as if they were made and changed by hand")]
    return """
      <section class="vc-card" role="radiogroup" aria-labelledby="look-rules">\
      <h2 class="vc-card-title" id="look-rules">Rules and the records of this file</h2>\
      \(choices.html { value, label in
        """
        <label class="vc-check"><input class="form-check-input" type="radio" name="rules" value="\(value)"\
        \(flag: "checked", (value == "yes") == (order.rules == true))>\
        <span class="vc-check-label">\(words: label)</span></label>
        """
      })</section>
      """
  }

  // The rows.

  private var rows: HTML {
    guard look.problem == nil else { return "<div id=\"look-rows\" data-look-part></div>" }
    return """
      <div id="look-rows" data-look-part><section class="vc-card">\
      <h2 class="vc-card-title">The first rows, as they would be kept</h2>\(table(look.rows))</section>\
      \(when: !look.badRows.isEmpty, """
        <section class="vc-card"><h2 class="vc-card-title">Rows further down that cannot be taken</h2>\
        \(table(look.badRows))</section>
        """)\(repeated)</div>
      """
  }

  private func table(_ rows: [ImportLook.Row]) -> HTML {
    """
    <div class="table-responsive vc-look-table" tabindex="0" role="region" aria-label="Rows of the file"><table class="table">\
    <thead><tr><th scope="col">Line</th>\(look.columns.html { column in
      "<th scope=\"col\">\(column.header)<span class=\"vc-map-samples\">\(meaning(column))</span></th>"
    })</tr></thead><tbody>\(rows.html { row in
      """
      <tr\(attribute: "class", row.isBad ? "vc-look-bad" : nil)><th scope="row">\(row.line)\
      \(when: row.isKnown, Badge("there already", .note).html)\(perhaps(row))</th>\(cells(row))</tr>
      """
    })</tbody></table></div>
    """
  }

  /// Very like somebody who is there already: whoever sends the file looks before it makes a second one.
  private func perhaps(_ row: ImportLook.Row) -> HTML {
    guard let hint = row.perhaps else { return HTML() }
    return """
      <span class="d-block text-secondary fw-normal">perhaps <a href="\(url: hint.path)" title="\(words: hint.words)">\(hint.title)</a></span>
      """
  }

  private func meaning(_ column: ImportLook.Column) -> String {
    if let own = look.fields.first(where: { $0.name == column.own }) { return own.label }
    if let role = column.role.flatMap(ColumnRole.init(rawValue:)) { return role.title.translated }
    return column.trait.map { "\("trait".translated) \($0)" } ?? "left out".translated
  }

  private func cells(_ row: ImportLook.Row) -> HTML {
    if let reason = row.reason {
      let text = row.cells.map(\.text).joined(separator: ", ")
      return """
        <td colspan="\(max(1, look.columns.count))"><span class="vc-field-error">\(reason)</span> <code>\(text)</code></td>
        """
    }
    return row.cells.html { cell in
      let isLeftOut =
        look.columns.indices.contains(cell.column) && look.columns[cell.column].role == nil
        && look.columns[cell.column].own == nil && look.columns[cell.column].trait == nil
      guard cell.reason != nil || cell.isMended else {
        return "<td\(attribute: "class", isLeftOut ? "vc-look-out" : nil)>\(kept(cell))</td>"
      }
      return self.input(cell, row.line)
    }
  }

  private func input(_ cell: ImportLook.Cell, _ line: Int) -> HTML {
    let id = "cell-\(line)-\(cell.column)"
    let header = look.columns.indices.contains(cell.column) ? look.columns[cell.column].header : "cell"
    return """
      <td class="\(cell.reason == nil ? "vc-look-mended" : "vc-look-wrong")"><input class="form-control" id="\(id)" \
      name="cell[\(line):\(cell.column)]" value="\(cell.text)" aria-label="\(header) in line \(line)"\
      \(attribute: "aria-describedby", cell.reason == nil ? nil : "\(id)-error")\
      \(attribute: "aria-invalid", cell.reason == nil ? nil : "true")>\
      \(Form.hidden("was[\(line):\(cell.column)]", cell.text))\
      \(cell.reason.map { "<span class=\"vc-field-error\" id=\"\(id)-error\">\($0)</span>" as HTML })\
      \(when: cell.reason == nil, "<span class=\"vc-map-samples\">mended</span>")</td>
      """
  }

  private func kept(_ cell: ImportLook.Cell) -> HTML {
    switch cell.kept {
    case .text(let text): "\(text)"
    case .day(let day): "\(format.day(day))"
    case .instant(let instant): "\(format.moment(instant))"
    case .money(let money): "<span class=\"vc-value\">\(format.exactMoney(money))</span>"
    case .number(let number):
      "<span class=\"vc-value\">\(format.number(number, decimals: number == number.rounded() ? 0 : 3))</span>"
    case nil: HTML()
    }
  }

  private var repeated: HTML {
    guard !look.repeated.isEmpty else { return HTML() }
    return """
      <section class="vc-card"><h2 class="vc-card-title">The same value in several rows</h2>\
      \(Array(look.repeated.enumerated()).html { place, value in
        """
        <div class="vc-look-replace"><label for="replace-\(place)">Replace all \(format.count(value.count)) \
        “\(value.text)” in \(value.header) by</label><input class="form-control" id="replace-\(place)" \
        name="replaceTos[\(place)]">\(Form.hidden("replaceColumns[\(place)]", "\(value.column)"))\
        \(Form.hidden("replaceFroms[\(place)]", value.text))</div>
        """
      })</section>
      """
  }

  private var end: HTML {
    let corrections = order.patches?.count ?? 0
    return """
      <div class="vc-form-end" id="look-end" data-look-part>\
      \(when: look.problem == nil && look.good > 0, """
        <button type="submit" class="btn btn-primary" name="import" value="1">Import \
        \(words: look.isWhole ? format.count(look.good, "row", "rows") : "the file")</button>
        """)\
      <button type="submit" class="btn">Look again</button>\
      \(when: corrections > 0, """
        <button type="submit" class="btn btn-ghost-secondary" name="forget" value="1">Forget \
        \(format.count(corrections, "correction", "corrections"))</button>
        """)\
      \(when: look.rejected > 0, """
        <span class="vc-hint">Rows that cannot be taken are set aside with their reason; they can be mended later too.</span>
        """)</div>
      """
  }

  // Fields.

  private func select(_ name: String, _ label: String, _ value: String, _ options: [(String, String)]) -> HTML {
    """
    <div class="vc-field"><label class="vc-label" for="look-\(name)">\(words: label)</label>\
    <select class="form-select" id="look-\(name)" name="\(name)">\(options.html { one, word in
      "<option value=\"\(one)\"\(flag: "selected", one == value)>\(words: word)</option>"
    })</select></div>
    """
  }

  private func input(_ name: String, _ label: String, _ value: String, hint: String) -> HTML {
    """
    <div class="vc-field"><label class="vc-label" for="look-\(name)">\(words: label)</label>\
    <input class="form-control" id="look-\(name)" name="\(name)" value="\(value)" aria-describedby="look-\(name)-hint">\
    <p class="vc-hint" id="look-\(name)-hint">\(words: hint)</p></div>
    """
  }
}

extension ArrivalPolicy {
  var words: String {
    switch self {
    case .skip: "Leave them as they are"
    case .update: "Update them: what the file says stands above what was there"
    case .create: "Make new ones, unless this feed knows them by number or key"
    }
  }
}
