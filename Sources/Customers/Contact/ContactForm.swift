import Kernel
import Records
import Web

/// The form for a contact, new or known.
struct ContactForm {
  let contact: Contact?
  let colleagues: Colleagues
  let own: OwnFields
  let visit: Visit
  var customer: Customer?
  var problem: Problem?

  var html: HTML {
    let viewer = visit.viewer
    let path = contact.map { "/contacts/\($0.id)" }
    let at = customer.map { " of \($0.shownName(to: visit.actor))" } ?? ""
    let home = customer.map { Crumb($0.shownName(to: visit.actor), "/customers/\($0.id)") }
    let known = contact.map { Crumb($0.shownName(to: visit.actor), "/contacts/\($0.id)") }
    return Shell.page(
      title: contact.map { "Change \($0.shownName(to: visit.actor))" } ?? "Add a contact\(at)",
      path: ContactRoutes.path, viewer: viewer,
      crumbs: [Crumb("Contacts", ContactRoutes.path)] + [home, known].compactMap { $0 }, width: .narrow,
      body: Form(
        action: path ?? ContactRoutes.path, method: contact == nil ? .post : .put, csrf: viewer.csrf,
        submit: contact == nil ? "Add" : "Save", rows: rows, values: OwnFields.besides(visit.fields.dictionary),
        problems: problem.map { [$0] } ?? [], cancel: path ?? customer.map { "/customers/\($0.id)" } ?? "/contacts"
      ).html)
  }

  private var rows: [Form.Row] {
    let hidden = [
      Field("version", "", .hidden, value: contact.map { "\($0.version)" } ?? ""),
      Field("customer", "", .hidden, value: customer.map { "\($0.id)" } ?? ""),
    ].filter { $0.name == "version" ? contact != nil : customer != nil }
    return who + reach + (customer == nil ? [] : role) + own.rows(visit) + rest
      + hidden.map(Form.Row.field)
  }

  /// Fields the actor may set; the others are not in the form and stay as they are.
  private func allowed(_ fields: [Field]) -> [Form.Row] {
    fields.filter { visit.actor.writes($0.name, of: .contact, isPersonal: Contact.personal.contains($0.name)) }
      .map(Form.Row.field)
  }

  private func value(_ name: String) -> String { contact?.text(name) ?? "" }

  private var who: [Form.Row] {
    allowed([
      Field("firstName", "First name", .text, value: value("firstName"), isFocused: contact == nil),
      Field("lastName", "Last name", .text, value: value("lastName")),
      Field("title", "Title", .text, value: value("title"), placeholder: "Dr"),
      Field("job", "Job", .text, value: value("job"), placeholder: "Head of purchasing"),
    ])
  }

  private var reach: [Form.Row] {
    allowed([
      Field("email", "E-mail", .email, value: value("email")),
      Field("phone", "Telephone", .telephone, value: value("phone")),
      Field("mobile", "Mobile", .telephone, value: value("mobile")),
      Field(
        "more", "Further addresses and numbers", .lines(2), value: value("more"),
        hint: "One a line, with work, mobile, home or other before it: <code>home: 040 1234567</code>"),
    ])
  }

  private var role: [Form.Row] {
    [
      .section("At \(customer?.shownName(to: visit.actor) ?? "")"),
      .field(ContactForm.part), .field(Field("function", "Function", .text, placeholder: "Purchasing")),
      .field(Field("since", "Since", .day)),
      .field(Field("main", "Is spoken with first", .checkbox)),
    ]
  }

  static let part = Field(
    "role", "Role in buying",
    .select(
      [Field.Option("", "Not known")]
        + ContactRole.Part.allCases.map { Field.Option($0.rawValue, "\($0.word): \($0.meaning)") }))

  private var rest: [Form.Row] {
    [.section("More")]
      + allowed([
        Field("street", "Street", .text, value: value("street"), autocomplete: "off"),
        Field("postalCode", "Postal code", .text, value: value("postalCode"), autocomplete: "off"),
        Field("city", "City", .text, value: value("city"), autocomplete: "off"),
        Field("country", "Country", .text, value: value("country"), autocomplete: "off"),
        Field("language", "Language", .text, value: value("language")),
        Field("birthday", "Birthday", .day, value: value("birthday")),
        Field("note", "Note", .lines(3), value: value("note")),
      ])
      + allowed(
        HolderFields.fields(
          colleagues, owner: contact.map(\.owner) ?? visit.actor.user,
          team: contact.map(\.team) ?? visit.actor.teams.first))
  }
}

/// The two fields that say whose a record is.
enum HolderFields {
  static func fields(_ colleagues: Colleagues, owner: Int64?, team: Int64?) -> [Field] {
    func field(_ name: String, _ label: String, _ all: [Colleagues.Colleague], _ value: Int64?) -> Field? {
      guard !all.isEmpty else { return nil }
      return Field(
        name, label, .select([Field.Option("", "Nobody")] + all.map { Field.Option("\($0.id)", $0.name) }),
        value: value.map { "\($0)" } ?? "")
    }
    return [
      field("owner", "Owner", colleagues.people, owner), field("team", "Team", colleagues.teams, team),
    ].compactMap { $0 }
  }
}
