import Kernel
import Records
import Web

/// The form for a customer, new or known.
struct CustomerForm {
  let customer: Customer?
  let colleagues: Colleagues
  let own: OwnFields
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    let title = customer.map { "Change \($0.shownName(to: visit.actor))" } ?? "Add a customer"
    let path = customer.map { "/customers/\($0.id)" }
    return Shell.page(
      title: title, path: "/customers", viewer: visit.viewer,
      crumbs: [Crumb("Customers", "/customers")]
        + (customer.map { [Crumb($0.shownName(to: visit.actor), "/customers/\($0.id)")] } ?? []),
      width: .narrow,
      body: Form(
        action: path ?? "/customers", method: customer == nil ? .post : .put, csrf: visit.viewer.csrf,
        submit: customer == nil ? "Add" : "Save", rows: rows, values: OwnFields.besides(visit.fields.dictionary),
        problems: problem.map { [$0] } ?? [], cancel: path ?? "/customers"
      ).html)
  }

  /// What stands in a field; a new customer begins as the link to its form says.
  private func value(_ name: String) -> String {
    guard let customer else { return Self.openings.contains(name) ? visit.query[name] ?? "" : "" }
    return customer.text(name) ?? ""
  }

  /// What a link to the form of a new customer may fill in.
  private static let openings: Set = ["kind", "parent"]

  /// Fields the actor may set; the others are not in the form and stay as they are.
  private func allowed(_ fields: [Field]) -> [Form.Row] {
    fields.filter { visit.actor.writes($0.name, of: .customer, isPersonal: Customer.personal.contains($0.name)) }
      .map(Form.Row.field)
  }

  private var rows: [Form.Row] {
    allowed(who) + [.section("Where and how to reach it")] + allowed(reach) + own.rows(visit)
      + [.section("More")] + allowed(more)
      + allowed(
        HolderFields.fields(
          colleagues, owner: customer.map(\.owner) ?? visit.actor.user,
          team: customer.map(\.team) ?? visit.actor.teams.first))
      + (customer.map { [.field(Field("version", "", .hidden, value: "\($0.version)"))] } ?? [])
  }

  private var who: [Field] {
    [
      Field("name", "Name", .text, value: value("name"), isRequired: true, isFocused: true),
      Field(
        "kind", "Kind", .select(Customer.Kind.allCases.map { Field.Option($0.rawValue, $0.word) }),
        value: Customer.Kind(rawValue: value("kind"))?.rawValue ?? "organisation", isRequired: true),
      Field("email", "E-mail", .email, value: value("email")),
      Field("phone", "Telephone", .telephone, value: value("phone")),
      Field("website", "Website", .url, value: value("website"), placeholder: "example.com"),
    ]
  }

  private var reach: [Field] {
    [
      Field("street", "Street", .text, value: value("street"), autocomplete: "off"),
      Field("postalCode", "Postal code", .text, value: value("postalCode"), autocomplete: "off"),
      Field("city", "City", .text, value: value("city"), autocomplete: "off"),
      Field("country", "Country", .text, value: value("country"), autocomplete: "off"),
      Field("language", "Language", .text, value: value("language")),
    ]
  }

  private var more: [Field] {
    [
      Field(
        "parent", "Stands under", .record("customer", title: nil), value: value("parent"),
        hint: "By name or number: the customer that a site or a member of a household belongs to."),
      Field("note", "Note", .lines(3), value: value("note")),
    ]
  }
}
