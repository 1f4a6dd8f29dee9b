import Kernel
import Records

extension WebForms {
  /// What the lost one wrote into a form of the company's site was written by the one that stays.
  package static let mergeParts = [
    MergePart.rows(
      "answer of a customer", of: .customer, table: "web_form_submission", column: "customer_id",
      one: "answer to a form", many: "answers to forms"),
    MergePart.rows(
      "answer of a contact", of: .contact, table: "web_form_submission", column: "contact_id",
      one: "answer to a form", many: "answers to forms"),
  ]
}
