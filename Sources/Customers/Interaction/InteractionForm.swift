import Kernel
import Records
import Web

/// The form for an interaction, new or to be corrected.
struct InteractionForm {
  let interaction: Interaction?
  let customer: Customer?
  let contact: Contact?
  let people: [RelatedContact]
  let colleagues: Colleagues
  let own: OwnFields
  let visit: Visit
  let values: [String: String]
  var problem: Problem?

  var html: HTML {
    let (viewer, actor) = (visit.viewer, visit.actor)
    let path = interaction.map { "/interactions/\($0.id)" }
    let whose = customer?.shownName(to: actor) ?? contact?.shownName(to: actor)
    let of = whose.map { " with \($0)" } ?? ""
    let home = customer.map { Crumb($0.shownName(to: actor), "/customers/\($0.id)") }
    return Shell.page(
      title: interaction.map { "Correct the \($0.kind.word.lowercased())\(of)" } ?? "Enter an interaction\(of)",
      path: InteractionRoutes.path, viewer: viewer,
      crumbs: [home ?? Crumb("Interactions", InteractionRoutes.path)], width: .narrow,
      body: Form(
        action: path ?? InteractionRoutes.path, method: interaction == nil ? .post : .put, csrf: viewer.csrf,
        submit: interaction == nil ? "Keep" : "Correct", rows: rows, values: shown,
        problems: problem.map { [$0] } ?? [],
        cancel: path ?? home.map { _ in "/customers/\(customer.map { "\($0.id)" } ?? "")" } ?? InteractionRoutes.path
      ).html)
  }

  /// Boxes of one name come back as several fields, and are shown as one.
  private var shown: [String: String] {
    var values = visit.method == .get ? [:] : values
    for name in ["participants", "colleagues"] where values[name] != nil {
      values[name] = visit.fields.values(of: name).joined(separator: ",")
    }
    return values
  }

  private func value(_ name: String) -> String {
    interaction?.text(name, zone: visit.viewer.format.zone) ?? values[name] ?? ""
  }

  private func allowed(_ fields: [Field]) -> [Form.Row] {
    fields.filter {
      visit.actor.writes($0.name, of: .interaction, isPersonal: Interaction.personal.contains($0.name))
    }.map(Form.Row.field)
  }

  private var rows: [Form.Row] {
    let fixed = [
      Field("version", "", .hidden, value: interaction.map { "\($0.version)" } ?? ""),
      Field("back", "", .hidden, value: values["back"] ?? ""),
    ].filter { $0.name == (interaction == nil ? "back" : "version") }
    return allowed(who) + allowed(InteractionForm.what(kind: value("kind"), direction: value("direction")))
      + allowed(InteractionForm.ended(value)) + allowed(said) + own.rows(visit) + [.section("More")] + allowed(more)
      + fixed.map(Form.Row.field)
  }

  private var who: [Field] {
    let customerField =
      customer.map { Field("customer", "", .hidden, value: "\($0.id)") }
      ?? Field(
        "customer", "Customer", .record("customer", title: nil), value: value("customer"),
        hint: "By name or number; that of the contact when left empty.")
    let running = people.filter(\.role.isRunning)
    let known = contact.map { one in running.contains { $0.contact.id == one.id } } ?? true
    let options =
      running.map { Field.Option("\($0.contact.id)", $0.contactName) }
      + (known ? [] : [contact].compactMap { $0 }.map { Field.Option("\($0.id)", $0.shownName(to: visit.actor)) })
    guard !options.isEmpty else { return [customerField] }
    return [
      customerField,
      Field(
        "contact", "Contact", .select([Field.Option("", "Nobody in particular")] + options), value: value("contact")),
    ]
  }

  static func what(kind: String, direction: String) -> [Field] {
    [
      Field(
        "kind", "What it was", .select(Interaction.Kind.allCases.map { Field.Option($0.rawValue, $0.word) }),
        value: kind.isEmpty ? Interaction.Kind.call.rawValue : kind, isRequired: true),
      Field(
        "direction", "Who began it",
        .select(Interaction.Direction.allCases.map { Field.Option($0.rawValue, $0.word) }),
        value: direction.isEmpty ? Interaction.Direction.outgoing.rawValue : direction),
    ]
  }

  static func ended(_ value: (String) -> String) -> [Field] {
    [
      Field(
        "outcome", "Outcome",
        .select([Field.Option("", "None")] + Interaction.Outcome.allCases.map { Field.Option($0.rawValue, $0.word) }),
        value: value("outcome"))
    ]
  }

  private var said: [Field] {
    [
      Field("outcomeNote", "Outcome in words", .text, value: value("outcomeNote")),
      Field("subject", "Subject", .text, value: value("subject")),
      Field("text", "What was said", .lines(5), value: value("text")),
    ]
  }

  private var more: [Field] {
    let (day, time) = interaction.map { Moment.local($0, zone: visit.viewer.format.zone) } ?? (visit.viewer.today, "")
    let took = interaction?.participants ?? []
    let options = people.map { Field.Option("\($0.contact.id)", $0.contactName) }
    return [
      Field("day", "Day", .day, value: "\(day)"),
      Field("time", "Time", .text, value: time, hint: "As 14:05; now when the day is today."),
      Field("minutes", "Minutes", .whole, value: value("minutes")),
      Field(
        "channel", "Medium",
        .select(
          [Field.Option("", "As usual")] + Interaction.Channel.allCases.map { Field.Option($0.rawValue, $0.word) }),
        value: value("channel")),
      options.count > 1
        ? Field(
          "participants", "Others there", .checkboxes(options),
          value: took.compactMap(\.contact).map { "\($0)" }.joined(separator: ",")) : nil,
      colleagues.people.count > 1
        ? Field(
          "colleagues", "Colleagues there",
          .checkboxes(colleagues.people.map { Field.Option("\($0.id)", $0.name) }),
          value: took.compactMap(\.user).map { "\($0)" }.joined(separator: ",")) : nil,
      interaction == nil ? nil : Field("reason", "Why it is corrected", .text),
    ].compactMap { $0 }
  }
}

/// The short form on a customer's or a contact's page: a note or a call without leaving.
struct InteractionQuickForm: Part {
  let customer: ID<Customer>?
  let contact: ID<Contact>?
  let people: [RelatedContact]
  let back: String
  let visit: Visit

  var html: HTML {
    """
    <section class="vc-card vc-quick"><h2 class="vc-card-title">Add a note, call or meeting</h2>\
    \(Form(action: InteractionRoutes.path, csrf: visit.viewer.csrf, submit: "Keep", rows: rows, aside: more))</section>
    """
  }

  private var more: HTML {
    let asked = [
      ("customer", customer.map { "\($0)" } ?? ""), ("contact", contact.map { "\($0)" } ?? ""), ("back", back),
    ]
    return LinkButton("All fields", Address.path("/interactions/new", asked), weight: .quiet).html
  }

  private var rows: [Form.Row] {
    let whose: [Field] = [
      customer.map { Field("customer", "", .hidden, value: "\($0)") },
      contact.map { Field("contact", "", .hidden, value: "\($0)") },
      Field("back", "", .hidden, value: back),
    ].compactMap { $0 }
    let options = people.filter(\.role.isRunning).map { Field.Option("\($0.contact.id)", $0.contactName) }
    let with =
      contact == nil && !options.isEmpty
      ? [Field("contact", "With", .select([Field.Option("", "Nobody in particular")] + options))] : []
    let fields =
      whose + InteractionForm.what(kind: "", direction: "") + with + InteractionForm.ended { _ in "" }
      + [
        Field("subject", "Subject", .text), Field("text", "What was said", .lines(3)),
        Field("minutes", "Minutes", .whole),
      ]
    return fields.filter {
      visit.actor.writes($0.name, of: .interaction, isPersonal: Interaction.personal.contains($0.name))
    }.map(Form.Row.field)
  }
}
