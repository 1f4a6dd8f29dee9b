import Kernel
import Web

extension OwnFields {
  /// What was sent of other fields: the rows of these know what was sent of them.
  package static func besides(_ sent: [String: String]) -> [String: String] {
    sent.filter { !RecordChanges.isOwn($0.key) }
  }

  /// The fields somebody may fill in, for the form of their record.
  package func rows(_ visit: Visit) -> [Form.Row] {
    let open = lines.filter { line in
      line.field.isEditable && line.field.formula == nil
        && visit.actor.writes(line.field.name, of: catalogue.noun, isPersonal: line.field.isPersonal)
    }
    guard !open.isEmpty else { return [] }
    return [.section("Own fields")] + open.flatMap { row($0, visit) }
  }

  private func row(_ line: Line, _ visit: Visit) -> [Form.Row] {
    let (name, format) = (line.field.name, visit.viewer.format)
    let typed = visit.fields.values(of: name).filter { !$0.isEmpty }
    let wasSent = visit.fields[name] != nil
    func field(_ kind: Field.Kind, _ value: String, hint: HTML = HTML()) -> Form.Row {
      .field(
        Field(
          name, line.field.label, kind, value: wasSent ? typed.joined(separator: "\n") : value, hint: hint,
          isRequired: line.field.isRequired))
    }
    let held = line.value.written(line.field.kind, format.currency)
    switch line.field.kind {
    case .number: return [field(.number, exact(line.value, format))]
    case .money: return [field(.money(format.currency), exact(line.value, format))]
    case .day: return [field(.day, held)]
    case .integer: return [field(.whole, held)]
    case .flag: return [field(.select([.init("", ""), .init("yes", "Yes"), .init("no", "No")]), held)]
    case .choice(let choices):
      return [field(.select([.init("", "")] + OwnFields.options(choices, holding: [held])), held)]
    case .choices(let choices) where choices.allSatisfy { !$0.value.utf8.contains(UInt8(ascii: ",")) }:
      let chosen = wasSent ? typed : FieldValue.split(held)
      return [
        // So that no box ticked is said too.
        .html(Form.hidden(name, "")),
        .field(
          Field(
            name, line.field.label, .checkboxes(OwnFields.options(choices, holding: FieldValue.split(held))),
            value: chosen.joined(separator: ","), isRequired: line.field.isRequired)),
      ]
    case .choices(let choices):
      return [field(.lines(3), held, hint: "One a line: \(choices.map(\.word).joined(separator: " · "))")]
    case .record(let noun) where noun.isFoundByName:
      return [field(.record(noun.rawValue, title: wasSent ? nil : line.target?.title), held)]
    default: return [field(.lines(2), held)]
    }
  }

  /// The choices, and what is held though it is none of them any more.
  private static func options(_ choices: [RecordField.Choice], holding held: [String]) -> [Field.Option] {
    let former = held.filter { one in !one.isEmpty && !choices.contains { $0.value == one } }
    return choices.map { .init($0.value, $0.word) } + former.map { .init($0, $0) }
  }

  /// A number with all its digits, as its reader writes it.
  private func exact(_ value: FieldValue, _ format: Format) -> String {
    switch value {
    case .integer(let minor):
      let currency = format.currency
      return format.number(Double(minor) / Double(currency.minorPerMajor), decimals: currency.decimals)
    case .number(let number):
      let text = FieldValue.plain(number)
      let decimals = text.split(separator: ".").dropFirst().first?.utf8.count ?? 0
      // A formatted number is rounded where it gets long.
      return decimals > 6 ? text.replacing(".", with: format.decimal) : format.number(number, decimals: decimals)
    default: return ""
    }
  }

  /// What the fields hold, on the page of their record; each is changed where it stands, or in the form.
  package func section(_ visit: Visit, edit: String?) -> HTML {
    guard let record, !lines.isEmpty else { return HTML() }
    let cells = RecordCells(catalogue: catalogue, viewer: visit.viewer, actor: visit.actor)
    let open = edit == nil ? [] : lines.filter { cells.isOpen($0.field) }
    let sheets = open.map { FieldSheet($0.field, choices: $0.field.choices, isOpen: true) }
    let path = catalogue.path
    return """
      <section class="vc-card"><h2 class="vc-card-title">Own fields</h2><dl class="vc-facts">\(lines.html { line in
        "<div><dt>\(line.field.label)</dt><dd>\(value(line, cells, record))</dd></div>"
      })</dl>\
      \(when: !open.isEmpty, "<p class=\"mt-3 mb-0\">\(LinkButton("Change the fields", edit ?? "", icon: "pencil"))</p>")\
      \(when: !open.isEmpty, """
        <script type="application/json" id="vc-fields" data-path="\(path)" data-csrf="\(visit.viewer.csrf)">\
        \(written: FieldSheet.json(sheets))</script>
        """)</section>
      """
  }

  private func value(_ line: Line, _ cells: RecordCells, _ record: Int64) -> HTML {
    let shown: HTML
    if let target = line.target {
      shown = target.path.map { "<a href=\"\(url: $0)\">\(target.title)</a>" } ?? "\(target.title)"
    } else {
      let value = cells.html(line.value, nil, line.field)
      shown = value.isEmpty ? "<span class=\"text-secondary\">empty</span>" : value
    }
    guard cells.isOpen(line.field) else { return shown }
    let held = line.value.written(line.field.kind, cells.viewer.format.currency)
    return """
      <span class="vc-edit" data-cell="\(line.field.name)" data-record="\(record)" data-held="\(held)">\(shown)</span>
      """
  }
}
