import Kernel
import Web

/// The company's settings.
package struct CompanyRoutes: Sendable {
  let companies: Companies

  package init(_ companies: Companies) { self.companies = companies }

  package var routes: [Route] {
    [
      Route(
        .get, "/company", .may(.see, .company), "The company and how it writes numbers and days.",
        answer: .of(Company.self)
      ) { visit in
        let company = try await current()
        if visit.face == .json { return Answer.json(company).tagged(company.version) }
        return .page(CompanyPage(company: company, visit: visit).html)
      },
      Route(
        .put, "/company", .may(.edit, .company), "Changes the company.", answer: .of(Company.self),
        inputs: [
          .init("name", "The name", required: true), .init("currency", "ISO 4217", required: true),
          .init("timeZone", "IANA name", required: true), .init("firstWeekday", "Monday 1 to Sunday 7", .integer),
          .init("decimalMark", "Point or comma", required: true, choices: [".", ","]),
          .init(
            "dateOrder", "How dates are written", required: true, choices: Format.DateOrder.allCases.map(\.rawValue)),
          .init(
            "language", "The language of the pages", choices: Language.offered.map(\.0)),
          .init("note", "What visitors must know"), .init("version", "The version it was read at", .integer),
        ], action: edit),
    ]
  }

  private func current() async throws -> Company {
    guard let company = try await companies.current() else {
      throw Problem(.notFound, "There is no company in this store yet.", mend: "Run: valuechain user add")
    }
    return company
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let before = try await current()
    do {
      guard let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max) else {
        throw Problem(
          .invalid, field: "version", "The version is missing.", mend: "Send the version the company was read at.")
      }
      var company = try Company(fields: visit.fields, version: version)
      if visit.fields["language"] == nil { company.language = before.language }
      try await companies.edit(company, by: visit.actor)
      let after = try await current()
      return .changed(visit, to: "/company", json: after, flash: Flash(.good, "Saved.")).tagged(after.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(CompanyPage(company: before, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }
}

/// The form of the company's settings.
struct CompanyPage {
  let company: Company
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.page(
      title: "Company", path: "/company", viewer: visit.viewer, width: .narrow,
      body: Form(
        action: "/company", method: .put, csrf: visit.viewer.csrf, submit: "Save", fields: fields,
        values: visit.fields.dictionary, problems: problem.map { [$0] } ?? []
      ).html)
  }

  private var fields: [Field] {
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    return [
      Field("name", "Name", .text, value: company.name, isRequired: true),
      Field(
        "currency", "Currency", .select(Currency.all.map { Field.Option($0.code, $0.code) }),
        value: company.currency.code, hint: "It stays once there are purchases."),
      Field(
        "timeZone", "Time zone", .text, value: company.timeZone, hint: "Such as Europe/Berlin: where your days begin."),
      Field(
        "firstWeekday", "The week begins on",
        .select(days.enumerated().map { Field.Option("\($0 + 1)", $1) }), value: "\(company.firstWeekday)"),
      Field(
        "language", "Language of the pages", .select(Language.offered.map { Field.Option($0, $1) }),
        value: company.language, hint: "Everybody may choose another for themselves, under Your account."),
      Field(
        "decimalMark", "Decimal mark", .radio([Field.Option(".", "1,234.5"), Field.Option(",", "1.234,5")]),
        value: company.decimalMark),
      Field(
        "dateOrder", "Dates",
        .select([
          Field.Option("dayMonthYear", "31 December 2026"), Field.Option("monthDayYear", "December 31, 2026"),
          Field.Option("yearMonthDay", "2026-12-31"),
        ]), value: company.dateOrder),
      Field("note", "What visitors must know", .lines(3), value: company.note),
      Field("version", "", .hidden, value: "\(company.version)"),
    ]
  }
}
