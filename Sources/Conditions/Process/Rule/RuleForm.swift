import Kernel
import Records
import Web

/// The first question of a new rule: what it is about and what it waits for.
struct RuleBeginning {
  let sheet: RuleSheet
  let visit: Visit

  var html: HTML {
    Shell.page(
      title: "New rule", path: RuleRoutes.path, viewer: visit.viewer, crumbs: [Crumb("Rules", RuleRoutes.path)],
      lead: "When something happens, and the record fits, the house acts with your rights.", width: .narrow,
      body: Form(
        action: "/rules/new", method: .get, csrf: "", submit: "Go on",
        fields: [
          Field(
            "noun", "It is about", .select(sheet.catalogues.map { .init($0.noun.rawValue, $0.plural) }),
            value: Actor.Noun.customer.rawValue, isRequired: true),
          Field(
            "occasion", "It waits until",
            .radio([
              .init("created", "a record is added", hint: "By hand, by a program or by a form; not by an import."),
              .init("changed", "a record changes", hint: "Any field, or those you choose."),
              .init("day", "a day comes", hint: "So many days before or after a day that stands in the record."),
            ]), value: "created", isRequired: true),
        ], cancel: RuleRoutes.path
      ).html)
  }
}

/// The form for a rule.
struct RuleForm {
  let rule: Rule?
  /// What it holds; what was typed when it was refused or tried out.
  let values: Fields
  let catalogue: Catalogue
  let occasion: Rule.Occasion
  let sheet: RuleSheet
  let visit: Visit
  var trial: HTML = HTML()
  var problem: Problem?

  var html: HTML {
    let title = rule.map { "Change \($0.name)" } ?? "New rule about \(catalogue.plural)"
    let path = rule.map { "/rules/\($0.id)" } ?? RuleRoutes.path
    return Shell.page(
      title: title, path: RuleRoutes.path, viewer: visit.viewer, crumbs: [Crumb("Rules", RuleRoutes.path)],
      lead: "It may do no more than you may yourself, now and later.", width: .narrow,
      body: """
        \(trial)\(Form(
          action: path, method: rule == nil ? .post : .put, csrf: visit.viewer.csrf,
          submit: rule == nil ? "Add the rule" : "Save", rows: rows, values: values.dictionary,
          problems: problem.map { [$0] } ?? [], cancel: path,
          aside: "<button type=\"submit\" class=\"btn\" name=\"try\" value=\"1\">Try it first</button>"))
        """)
  }

  private var readable: [RecordField] { catalogue.fields(for: visit.actor).filter { $0.name != "version" } }

  private var rows: [Form.Row] {
    [
      .field(Field("name", "Name", isRequired: true)),
      .field(Field("noun", "", .hidden, value: catalogue.noun.rawValue)),
      .field(Field("occasion", "", .hidden, value: occasion.rawValue)),
      .field(Field("version", "", .hidden, value: rule.map { String($0.version) } ?? "")),
      .section(heading, hint: hint),
    ] + waiting + [
      .section("Only if", hint: "Without conditions it holds for every one."),
      .html(
        FilterEditor(
          readable, people: sheet.names[catalogue.noun] ?? [:], filter: filter, typed: values["filter"],
          isOptional: true
        ).html),
      .section("Then", hint: "Fill in what it is to do, and leave the rest closed. All of it happens, or nothing."),
    ] + RuleAct.Kind.allCases.flatMap(acts)
  }

  private var filter: Filter? { try? Filter(text: values["filter"] ?? "") }

  private var heading: String {
    switch occasion {
    case .created: "When a \(catalogue.word) is added"
    case .changed: "When a \(catalogue.word) changes"
    case .day: "When its day comes"
    }
  }

  private var hint: String? {
    occasion == .created ? "By hand, by a program or by a form; by an import only when that says so." : nil
  }

  private var waiting: [Form.Row] {
    switch occasion {
    case .created: return []
    case .changed:
      let watched = readable.filter { $0.formula == nil && ($0.isEditable || $0.name == "state") }
      return [
        .field(
          Field(
            "fields", "Which fields count", .checkboxes(watched.map { .init($0.name, $0.label) }),
            hint: "Any change counts when none is ticked."))
      ]
    case .day:
      let days = readable.filter { $0.kind == .day || $0.kind == .instant }
      return [
        .field(
          Field("dayField", "The day", .select(days.map { .init($0.name, $0.label) }), isRequired: true)),
        .field(
          Field(
            "days", "Days after it", .whole,
            hint: "90 for ninety days later, -7 for a week before, 0 for the day itself.",
            unit: "days")),
      ]
    }
  }

  // What it does: for each kind of act those there are, and one more.

  private func acts(_ kind: RuleAct.Kind) -> [Form.Row] {
    guard isOpen(kind) else { return [] }
    let last = filled(kind)
    return (1...min(last + 1, Rule.Draft.mostActs)).flatMap { number -> [Form.Row] in
      let prefix = "\(kind.rawValue)\(number)"
      let isFilled = number <= last || problem?.field?.hasPrefix(prefix) ?? false
      let again = number > 1 && !isFilled ? "another" : nil
      return [.html("<details class=\"vc-act\"\(flag: "open", isFilled)><summary>\(title(kind, again))</summary>")]
        + parts(kind, prefix) + [.html("</details>")]
    }
  }

  /// How many acts of a kind there are.
  private func filled(_ kind: RuleAct.Kind) -> Int {
    let named = kind == .set ? "field" : kind == .webhook ? "webhook" : "text"
    return (1...Rule.Draft.mostActs).last { !(values["\(kind.rawValue)\($0)\(named)"] ?? "").isEmpty } ?? 0
  }

  private func isOpen(_ kind: RuleAct.Kind) -> Bool {
    switch kind {
    case .set: !settable.isEmpty && visit.actor.may(.edit, catalogue.noun)
    case .tag, .untag: visit.actor.may(.edit, catalogue.noun) && visit.actor.may(.see, .tag)
    case .task: visit.actor.may(.create, .task)
    case .tell: true
    case .webhook: !sheet.webhooks.isEmpty
    }
  }

  private func title(_ kind: RuleAct.Kind, _ again: String?) -> String {
    let one = again ?? "a"
    return switch kind {
    case .set: "Set \(one) field"
    case .tag: "Mark it with \(one) tag"
    case .untag: "Take \(one) tag off"
    case .task: "Make \(one) task"
    case .tell: again == nil ? "Tell somebody" : "Tell somebody else"
    case .webhook: "Post it to \(one) program"
    }
  }

  private var settable: [RecordField] {
    readable.filter { field in
      field.isEditable && field.formula == nil
        && visit.actor.writes(field.name, of: catalogue.noun, isPersonal: field.isPersonal)
    }
  }

  private func parts(_ kind: RuleAct.Kind, _ prefix: String) -> [Form.Row] {
    let fields: [Field] =
      switch kind {
      case .set:
        [
          Field(
            "\(prefix)field", "Field", .select([.init("", "Choose one")] + settable.map { .init($0.name, $0.label) })),
          Field(
            "\(prefix)value", "To", value: "",
            hint:
              "As it stands in files: a choice by its name, a person by number, <code>today</code> or <code>today+14</code> for a day; empty to empty it."
          ),
        ]
      case .tag: [Field("\(prefix)text", "Tag to put on")]
      case .untag: [Field("\(prefix)text", "Tag to take off")]
      case .task:
        [
          Field("\(prefix)text", "What is to be done"), recipient(prefix, "Given to"),
          Field("\(prefix)days", "Due in", .whole, hint: "0 or empty for the same day.", unit: "days"),
        ]
      case .tell: [Field("\(prefix)text", "What is said"), recipient(prefix, "Whom")]
      case .webhook:
        [
          Field(
            "\(prefix)webhook", "Webhook",
            .select([.init("", "Choose one")] + sheet.webhooks.map { .init("\($0.id)", $0.name) }))
        ]
      }
    return fields.map { .field($0) }
  }

  private func recipient(_ prefix: String, _ label: String) -> Field {
    Field(
      "\(prefix)to", label,
      .select(
        [.init("owner", "Whoever the \(catalogue.word) belongs to"), .init("maker", "Me")]
          + sheet.people.map { .init($0.value, $0.word) }), value: "owner")
  }
}

extension Rule {
  /// What the form holds of a rule.
  var typed: Fields {
    var all = Fields([
      ("name", name), ("noun", noun.rawValue), ("occasion", occasion.rawValue), ("dayField", dayField),
      ("days", String(days)), ("filter", filter), ("fields", fields.joined(separator: ",")),
    ])
    var numbers: [RuleAct.Kind: Int] = [:]
    for act in acts {
      let number = numbers[act.kind, default: 0] + 1
      numbers[act.kind] = number
      let prefix = "\(act.kind.rawValue)\(number)"
      let parts = [
        ("text", act.text), ("field", act.field), ("value", act.value), ("days", String(act.days)), ("to", act.to),
        ("webhook", act.webhook.map { "\($0)" } ?? ""),
      ]
      for (part, value) in parts { all.add(prefix + part, value) }
    }
    return all
  }
}
