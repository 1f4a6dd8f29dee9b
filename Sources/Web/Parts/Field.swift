import Kernel

/// One field of a form.
package struct Field: Sendable {
  /// A choice of a select or of radio buttons.
  package struct Option: Sendable {
    let value: String
    let label: String
    let hint: String?

    package init(_ value: String, _ label: String, hint: String? = nil) {
      self.value = value
      self.label = label
      self.hint = hint
    }
  }

  /// What is typed or chosen; decides the keyboard on a phone.
  package enum Kind: Sendable {
    case text, email, password, newPassword, telephone, url, search, whole, number, day
    case lines(Int)
    case money(Currency)
    case select([Option])
    case radio([Option])
    /// One box; `checked` when the value is `1`.
    case checkbox
    /// Several boxes of one name; the value lists the checked ones, separated by commas.
    case checkboxes([Option])
    /// A file, dropped or chosen; `accept` as in HTML.
    case file(accept: String)
    case hidden
    /// Another record of a noun: found by its name while scripts run, else its number or its whole name.
    case record(String, title: String?)

    var isFile: Bool {
      if case .file = self { return true }
      return false
    }
  }

  package let name: String
  package let label: String
  let kind: Kind
  let value: String
  let hint: HTML
  let isRequired: Bool
  let autocomplete: String?
  let placeholder: String?
  let isFocused: Bool
  let unit: String?

  /// - Parameters:
  ///   - hint: how to fill it in, shown under the label.
  ///   - unit: stands behind the value, such as `%`.
  package init(
    _ name: String, _ label: String, _ kind: Kind = .text, value: String = "", hint: HTML = HTML(),
    isRequired: Bool = false, autocomplete: String? = nil, placeholder: String? = nil, isFocused: Bool = false,
    unit: String? = nil
  ) {
    self.name = name
    self.label = label
    self.kind = kind
    self.value = value
    self.hint = hint
    self.isRequired = isRequired
    self.autocomplete = autocomplete
    self.placeholder = placeholder
    self.isFocused = isFocused
    self.unit = unit
  }

  var id: String { "field-" + Form.identifier(name) }

  func html(value: String, problems: [Problem]) -> HTML {
    let control = Control(field: self, value: value, isWrong: !problems.isEmpty)
    let refusal: HTML =
      problems.isEmpty
      ? HTML()
      : """
      <p class="vc-field-error" id="\(id)-error">\(Icon(Tone.bad.icon))<span>\
      \(problems.html { "\(words: $0.message) \(words: $0.mend) " })</span></p>
      """
    switch kind {
    case .hidden: return Form.hidden(name, value)
    case .checkbox: return "<div class=\"vc-field\">\(control.box)\(refusal)</div>"
    case .radio(let options): return group(control.radios(options), refusal)
    case .checkboxes(let options): return group(control.boxes(options), refusal)
    default:
      return """
        <div class="vc-field"><label class="vc-label" for="\(id)">\(words: label)\(optional)</label>\(hintLine)\
        \(control.input)\(refusal)</div>
        """
    }
  }

  private func group(_ choices: HTML, _ refusal: HTML) -> HTML {
    """
    <fieldset class="vc-field" id="\(id)" tabindex="-1"><legend class="vc-label">\(words: label)\(optional)</legend>\(hintLine)\
    \(choices)\(refusal)</fieldset>
    """
  }

  // Most fields are needed, so the exception is what is said.
  private var optional: HTML { isRequired ? HTML() : " <span class=\"vc-optional\">optional</span>" }

  private var hintLine: HTML { hint.isEmpty ? HTML() : "<p class=\"vc-hint\" id=\"\(id)-hint\">\(hint)</p>" }
}

/// The part of a field that is typed into or pressed.
struct Control {
  let field: Field
  let value: String
  let isWrong: Bool

  private var described: String? {
    let ids = [field.hint.isEmpty ? nil : "\(field.id)-hint", isWrong ? "\(field.id)-error" : nil].compactMap { $0 }
    return ids.isEmpty ? nil : ids.joined(separator: " ")
  }

  private var common: HTML {
    """
     id="\(field.id)" name="\(field.name)"\(attribute: "aria-describedby", described)\
    \(attribute: "aria-invalid", isWrong ? "true" : nil)\(flag: "required", field.isRequired)\
    \(attribute: "autocomplete", field.autocomplete)\(attribute: "placeholder", field.placeholder)\
    \(flag: "autofocus", field.isFocused)
    """
  }

  var input: HTML {
    switch field.kind {
    case .lines(let count):
      return """
        <textarea class="form-control" rows="\(max(2, count))"\(common)>
        \(value)</textarea>
        """
    case .select(let options):
      return "<select class=\"form-select\"\(common)>\(options.html(choice))</select>"
    case .file(let accept):
      return """
        <div class="vc-drop" data-drop>\(Icon("file-upload"))<p><span class="vc-needs-scripts">Drop a file here, or choose one.</span></p>\
        <input class="form-control" type="file" accept="\(accept)"\(common)><p class="vc-drop-name" data-drop-name></p></div>
        """
    case .money(let currency): return withUnit(currency.code, typed("text", mode: "decimal"))
    case .number: return withUnit(field.unit, typed("text", mode: "decimal"))
    case .whole: return withUnit(field.unit, typed("text", mode: "numeric"))
    case .day: return typed("date")
    case .email: return typed("email", mode: "email")
    case .password: return typed("password", complete: "current-password")
    case .newPassword: return typed("password", complete: "new-password")
    case .telephone: return typed("tel", mode: "tel")
    case .url: return typed("url", mode: "url")
    case .record(let noun, let title):
      return """
        <input class="form-control" type="text" autocomplete="off" data-choose="\(noun)"\(attribute: "data-title", title)\
        \(attribute: "value", value.isEmpty ? nil : value)\(common)>
        """
    case .search: return typed("search", mode: "search")
    default: return withUnit(field.unit, typed("text"))
    }
  }

  private func typed(_ type: String, mode: String? = nil, complete: String? = nil) -> HTML {
    let isSecret = type == "password"
    return """
      <input class="form-control" type="\(type)"\(attribute: "inputmode", mode)\
      \(attribute: "autocomplete", field.autocomplete == nil ? complete : nil)\
      \(attribute: "value", isSecret || value.isEmpty ? nil : value)\(common)>
      """
  }

  private func withUnit(_ unit: String?, _ input: HTML) -> HTML {
    guard let unit else { return input }
    return "<div class=\"input-group\">\(input)<span class=\"input-group-text\">\(words: unit)</span></div>"
  }

  private func choice(_ option: Field.Option) -> HTML {
    "<option value=\"\(option.value)\"\(flag: "selected", option.value == value)>\(words: option.label)</option>"
  }

  var box: HTML {
    """
    <label class="vc-check"><input class="form-check-input" type="checkbox" value="1"\(flag: "checked", value == "1")\(common)>\
    <span><span class="vc-check-label">\(words: field.label)</span>\
    \(when: !field.hint.isEmpty, "<span class=\"vc-hint\" id=\"\(field.id)-hint\">\(field.hint)</span>")</span></label>
    """
  }

  func radios(_ options: [Field.Option]) -> HTML {
    options.html { one($0, type: "radio", isChecked: $0.value == value) }
  }

  func boxes(_ options: [Field.Option]) -> HTML {
    let chosen = Set(value.utf8.split(separator: UInt8(ascii: ",")).compactMap { String($0) })
    return options.html { one($0, type: "checkbox", isChecked: chosen.contains($0.value)) }
  }

  private func one(_ option: Field.Option, type: String, isChecked: Bool) -> HTML {
    """
    <label class="vc-check"><input class="form-check-input" type="\(type)" name="\(field.name)" value="\(option.value)"\
    \(flag: "checked", isChecked)\(flag: "required", type == "radio" && field.isRequired)\
    \(attribute: "aria-describedby", described)>\
    <span><span class="vc-check-label">\(words: option.label)</span>\
    \(option.hint.map { "<span class=\"vc-hint\">\(words: $0)</span>" as HTML })</span></label>
    """
  }
}
