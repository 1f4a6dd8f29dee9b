import Kernel

/// A form: one column, labels above, errors beside the field, nothing typed is lost.
package struct Form: Part {
  /// What sending it does. Browsers send only POST; the others travel in a hidden field.
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  /// The names of the two hidden fields.
  package static let csrfField = "_csrf"
  package static let methodField = "_method"

  /// A field, or a heading over those that follow.
  package enum Row: Sendable {
    case field(Field)
    case section(String, hint: String? = nil)
    case html(HTML)
  }

  let action: String
  let method: Method
  let csrf: String
  let submit: String
  let rows: [Row]
  let values: [String: String]
  let problems: [Problem]
  let cancel: String?
  let isDangerous: Bool
  let aside: HTML

  /// - Parameters:
  ///   - values: what was typed before, by field name; wins over a field's own value.
  ///   - problems: refusals; one that names a field is shown beside it, the others on top.
  ///   - cancel: where to go without saving.
  ///   - aside: further buttons beside the submit button.
  package init(
    action: String, method: Method = .post, csrf: String, submit: String, rows: [Row],
    values: [String: String] = [:], problems: [Problem] = [], cancel: String? = nil, isDangerous: Bool = false,
    aside: HTML = HTML()
  ) {
    self.action = action
    self.method = method
    self.csrf = csrf
    self.submit = submit
    self.rows = rows
    self.values = values
    self.problems = problems
    self.cancel = cancel
    self.isDangerous = isDangerous
    self.aside = aside
  }

  package init(
    action: String, method: Method = .post, csrf: String, submit: String, fields: [Field],
    values: [String: String] = [:], problems: [Problem] = [], cancel: String? = nil, isDangerous: Bool = false,
    aside: HTML = HTML()
  ) {
    self.init(
      action: action, method: method, csrf: csrf, submit: submit, rows: fields.map(Row.field), values: values,
      problems: problems, cancel: cancel, isDangerous: isDangerous, aside: aside)
  }

  package var html: HTML {
    """
    <form class="vc-form" method="\(method == .get ? "get" : "post")" action="\(url: action)" data-form novalidate\
    \(attribute: "enctype", hasFile ? "multipart/form-data" : nil)>\
    \(when: method != .get, Form.hidden(csrf: csrf, method: method))\
    \(summary)\(rows.html(row))\
    <div class="vc-form-end"><button type="submit" class="\(isDangerous ? Weight.danger.classes : Weight.primary.classes)">\
    \(words: submit)</button>\(aside)\(cancel.map { "<a class=\"btn btn-ghost-secondary\" href=\"\(url: $0)\">Cancel</a>" as HTML })\
    <span class="vc-form-key vc-needs-scripts"><kbd>Ctrl</kbd> <kbd>Enter</kbd></span></div></form>
    """
  }

  private var fields: [Field] {
    rows.compactMap { row in
      guard case .field(let field) = row else { return nil }
      return field
    }
  }

  private var hasFile: Bool { fields.contains { $0.kind.isFile } }

  private func row(_ row: Row) -> HTML {
    switch row {
    case .html(let html): return html
    case .section(let title, let hint):
      return """
        <div class="vc-form-section"><h2>\(words: title)</h2>\(hint.map { "<p>\(words: $0)</p>" as HTML })</div>
        """
    case .field(let field):
      let refusals = problems.filter { $0.field == field.name }
      return field.html(value: values[field.name] ?? field.value, problems: refusals)
    }
  }

  private var summary: HTML {
    guard !problems.isEmpty else { return HTML() }
    let known = fields
    let count = problems.count
    return """
      <div class="vc-form-problems" role="alert" tabindex="-1" data-focus>\
      <p>\(Icon(Tone.bad.icon))\(words: count == 1 ? "One thing needs mending before this can be saved." : "\(count) things need mending before this can be saved.")</p>\
      <ul>\(problems.html { problem in
        let field = known.first { $0.name == problem.field }
        return "<li>\(field.map { "<a href=\"\(url: "#" + $0.id)\">\(words: $0.label)</a>: " as HTML })\(words: problem.message) \(words: problem.mend)</li>"
      })</ul></div>
      """
  }

  /// A hidden field.
  package static func hidden(_ name: String, _ value: String) -> HTML {
    "<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">"
  }

  /// The hidden fields that every form which changes something carries.
  package static func hidden(csrf: String, method: Method = .post) -> HTML {
    "\(hidden(csrfField, csrf))\(when: method != .post && method != .get, hidden(methodField, method.rawValue))"
  }

  /// A name as it may stand in an `id`: letters, digits and hyphens.
  static func identifier(_ name: String) -> String {
    let bytes = name.utf8.map { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) ? byte : UInt8(ascii: "-")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
