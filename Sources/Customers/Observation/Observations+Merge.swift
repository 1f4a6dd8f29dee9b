import Records

extension Observations {
  /// What was observed of a customer, and what was observed of others that names it.
  package static let mergeParts = [
    MergePart.rows(
      "observation", of: .customer, table: "observation", column: "customer_id", one: "observation",
      many: "observations"),
    MergePart.rows(
      "observation of another", of: .customer, table: "observation", column: "other_id", one: "mention of it",
      many: "mentions of it"),
  ]
}
