import Customers
import Kernel

/// What a visitor of a site sent, checked against what the form asks.
package struct WebFormEntry: Sendable, Equatable {
  package let company: String
  package let person: String
  package let email: String
  package let phone: String
  package let message: String
  package let agrees: Bool
  /// What only a machine fills in.
  package let trap: String
  /// When the form was opened, as it was given out; empty where another site shows the form.
  package let opened: String

  /// - Throws: `Problem` in words for the visitor.
  package init(
    _ answers: [WebForm.Question: String], trap: String, opened: String, for form: WebForm
  ) throws {
    func answer(_ question: WebForm.Question) throws -> String {
      guard let asked = form.asks.first(where: { $0.question == question }) else { return "" }
      let raw = answers[question] ?? ""
      let text =
        question == .message
        ? try Text.block(raw, field: question.rawValue, limit: question.limit)
        : try Text.line(raw, field: question.rawValue, limit: question.limit, required: false)
      guard !asked.isRequired || !text.isEmpty else {
        throw Problem(.invalid, field: question.rawValue, "This is needed.", mend: "Please fill it in.")
      }
      return text
    }
    company = try answer(.company)
    person = try answer(.person)
    email = try answer(.email).lowercased()
    phone = try answer(.phone)
    message = try answer(.message)
    agrees = ["1", "true", "on", "yes"].contains(try answer(.consent))
    if form.asks.contains(Self.neededConsent), !agrees {
      throw Problem(
        .invalid, field: WebForm.Question.consent.rawValue, "Without your consent we may not answer.",
        mend: "Please tick the box.")
    }
    self.trap = trap
    self.opened = opened
    // The same rules as for every other customer.
    _ = (try customer(.person), try TelephoneNumber.read(phone))
  }

  private static let neededConsent = WebForm.Asked(.consent, isRequired: true)

  /// The customer it makes.
  func customer(_ kind: Customer.Kind) throws -> Customer.Draft {
    let isPerson = company.isEmpty
    let name = isPerson ? (person.isEmpty ? email : person) : company
    return try Customer.Draft(kind: (isPerson ? .person : kind).rawValue, name: name, email: email, parent: nil)
  }
}
